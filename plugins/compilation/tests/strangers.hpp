#pragma once
// A second labelled set, of other words, other ways of writing a twin and harder neighbours than those of twins.hpp:
// the search is tuned on that one and never on this.

#include "plugins/compilation/tests/twins.hpp"

namespace onebudget::compilation {

/// Twenty towns, twenty houses, ten works with another word for each.
struct Words {
  const char* towns[20];
  const char* houses[20];
  const char* works[10][2];
};

/// What the rule of substituted characters was developed on.
inline constexpr Words kDeveloped = {
    {"高沟", "大东", "南闸", "新沟", "石港", "掘港", "双沟", "洋河", "归仁", "梅村",
     "安镇", "官林", "徐舍", "金城", "薛埠", "窑湾", "邵店", "青口", "柘汪", "桃林"},
    {"实验学校",       "特殊教育学校", "疾病预防控制中心", "妇幼保健院", "残疾人托养中心", "便民服务站", "农民培训基地",
     "防汛物资仓库",   "饮用水水源地", "生活垃圾填埋场",   "村级卫生室", "水库大坝",       "林业工作站", "烈士陵园",
     "退役军人服务站", "客运站",       "粮食储备库",       "气象观测场", "公安派出所",     "人才公寓"},
    {{"屋面防水", "屋顶防水处理"},
     {"消防设施改造", "消防系统改造"},
     {"物业管理服务", "物业服务采购"},
     {"档案数字化", "档案电子化加工"},
     {"供暖设备更新", "供暖设备更换"},
     {"监控系统升级", "监控设备升级改造"},
     {"环境整治", "环境综合治理"},
     {"业务培训", "人员培训"},
     {"仪器购置", "仪器设备采购"},
     {"电路检修", "供电线路检修"}}};
/// What nothing was developed or tuned on.
inline constexpr Words kUnseen = {
    {"湖熟", "铜井", "马坝", "桂五", "高良涧", "岔河", "平桥", "车桥", "羊寨", "五汛",
     "海河", "临泽", "送桥", "曹甸", "范水",   "黄桥", "宣堡", "戴南", "茅山", "后白"},
    {"职业技术学校", "青少年活动中心", "社会福利院",   "血吸虫病防治站", "动物疫病检测实验室",
     "法律援助中心", "劳动保障所",     "档案馆库房",   "渡口码头",       "堤防涵闸",
     "殡仪服务站",   "公共租赁住房",   "农村敬老院",   "非遗展示馆",     "水文监测站",
     "戒毒康复场所", "司法所",         "应急避难场所", "健身步道",       "种质资源圃"},
    {{"外墙保温", "墙体保温层施工"},
     {"食堂外包", "食堂委托经营"},
     {"网络安全等保测评", "等级保护测评"},
     {"无障碍改造", "无障碍设施建设"},
     {"空调更新", "空调更换"},
     {"绿化补植", "苗木补种"},
     {"安保服务", "保安服务"},
     {"除险加固", "险情处置与加固"},
     {"图书购置", "图书采购"},
     {"防雷检测", "防雷装置检验"}}};

/// Every eighth project has a twin: another order of words, another word for the same work or the same house, a name
/// cut short, an application under another heading. Neighbours share town and house, or house and work.
inline Labelled make_strangers(const Words& words, int count, unsigned seed) {
  std::mt19937 random(seed);
  const auto pick = [&](std::size_t size) { return static_cast<std::size_t>(random() % size); };
  Labelled out;
  int id = 500'000;
  std::set<std::string> taken;
  for (int i = 0; i < count;) {
    const std::string town = words.towns[pick(20)], house = words.houses[pick(20)];
    const auto& work = words.works[pick(10)];
    if (!taken.insert(town + house + work[0]).second) continue;
    DeclaredProject one;
    one.id = std::to_string(id++);
    one.name = town + house + work[0] + (i % 2 == 0 ? "经费" : "");
    one.purpose = "保障" + town + house + "正常运转，开展" + work[0];
    if (i % 3 != 0) one.place = town + "镇" + house;
    one.unit = "单位" + std::to_string(pick(300));
    one.fiscal_year = 2024 + static_cast<int>(pick(3));
    one.amount = Money::from_fen(static_cast<std::int64_t>(5 + pick(900)) * 1'000'000);
    one.total_investment = one.amount;
    out.projects.push_back(one);
    if (i++ % 8 != 0) continue;
    DeclaredProject twin = one;
    twin.id = std::to_string(id++);
    twin.fiscal_year = one.fiscal_year == 2024 ? 2025 : one.fiscal_year - 1;
    twin.unit = pick(2) == 0 ? one.unit : "单位" + std::to_string(300 + pick(50));
    switch (pick(5)) {
      case 0:
        twin.name = work[0] + std::string("（") + town + house + "）";
        break;
      case 1:
        twin.name = town + house + work[1] + "项目";
        twin.purpose = "解决" + town + house + work[1] + "问题";
        break;
      case 2:
        twin.name = town + "镇" + house + work[0] + std::to_string(twin.fiscal_year) + "年度预算";
        twin.place = one.place.empty() ? std::string() : "江苏省" + one.place;
        break;
      case 3:
        twin.name = house + work[0];
        twin.amount = Money::from_fen(one.amount.fen() / 100 * 97);
        break;
      default:
        twin.name = "民生实事：" + town + house + work[0];
        twin.special_fund = "专项甲";
        out.projects.back().special_fund = "专项乙";
    }
    out.pairs.insert(pair_key(one.id, twin.id));
    out.projects.push_back(twin);
  }
  return out;
}

} // namespace onebudget::compilation
