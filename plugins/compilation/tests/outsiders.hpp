#pragma once
// A third labelled set, in another style: round amounts that many share, counties before towns, roads as places, twins
// with another amount, another word, a shorter house, or no town at all.

#include "plugins/compilation/tests/strangers.hpp"

namespace onebudget::compilation {

struct House {
  const char *full, *brief, *road;
};

struct Surroundings {
  const char* towns[12][2]; ///< county, town
  House houses[10];
  const char* works[8][2];
};

/// What the rules of houses and works were developed on.
inline constexpr Surroundings kNear = {{{"滨海县", "正红"},
                                        {"滨海县", "八滩"},
                                        {"射阳县", "千秋"},
                                        {"射阳县", "洋马"},
                                        {"金湖县", "塔集"},
                                        {"金湖县", "银涂"},
                                        {"沛县", "龙固"},
                                        {"沛县", "栖山"},
                                        {"东海县", "白塔埠"},
                                        {"东海县", "石榴"},
                                        {"如东县", "曹埠"},
                                        {"如东县", "丰利"}},
                                       {{"全民健身中心", "健身中心", "健康路18号"},
                                        {"第三人民医院", "三院", "人民路66号"},
                                        {"社区矫正中心", "矫正中心", "法治路2号"},
                                        {"广播电视台", "电视台", "文汇路9号"},
                                        {"不动产登记中心", "登记中心", "政务路1号"},
                                        {"农机安全监理所", "农机监理所", "开发路7号"},
                                        {"未成年人保护中心", "未保中心", "民政路5号"},
                                        {"新时代文明实践所", "文明实践所", "镇前街3号"},
                                        {"妇女儿童活动中心", "妇儿中心", "和平路12号"},
                                        {"粮油质量检测站", "粮油检测站", "仓储路4号"}},
                                       {{"电梯更换", "老旧电梯更新"},
                                        {"弱电线路整理", "弱电布线改造"},
                                        {"保洁外包", "环境保洁服务"},
                                        {"门窗更换", "门窗节能更新"},
                                        {"车辆租赁", "公务租车"},
                                        {"数据机房扩容", "机房数据存储扩容"},
                                        {"宣传栏制作", "宣传橱窗制作"},
                                        {"排水管道疏通", "下水管道清淤疏通"}}};
/// What nothing was developed on.
inline constexpr Surroundings kFar = {{{"灌云县", "伊山"},
                                       {"灌云县", "杨集"},
                                       {"响水县", "陈家港"},
                                       {"响水县", "黄圩"},
                                       {"睢宁县", "古邳"},
                                       {"睢宁县", "岚山"},
                                       {"泗洪县", "双沟"},
                                       {"泗洪县", "界集"},
                                       {"盱眙县", "管仲"},
                                       {"盱眙县", "淮河"},
                                       {"宝应县", "射阳湖"},
                                       {"宝应县", "夏集"}},
                                      {{"老年大学分校", "老年大学", "学苑路21号"},
                                       {"道路运输管理所", "运管所", "通达路8号"},
                                       {"中医骨伤医院", "骨伤医院", "杏林路30号"},
                                       {"城乡居民服务中心", "居民服务中心", "便民街6号"},
                                       {"水产技术推广站", "水产站", "渔港路3号"},
                                       {"红十字备灾仓库", "备灾仓库", "博爱路11号"},
                                       {"机关后勤食堂", "机关食堂", "府前街1号"},
                                       {"安全生产应急救援基地", "应急救援基地", "工业路45号"},
                                       {"示范性普通高中", "示范高中", "书香路2号"},
                                       {"畜禽屠宰检疫点", "屠宰检疫点", "牧园路16号"}},
                                      {{"锅炉拆换", "燃气锅炉更换"},
                                       {"地面硬化", "场地混凝土硬化"},
                                       {"白蚁防治", "房屋白蚁灭治"},
                                       {"应急演练", "应急预案演练活动"},
                                       {"账簿凭证扫描", "会计凭证扫描录入"},
                                       {"污水处理设备维保", "污水设施运维保养"},
                                       {"标识标牌更新", "导向标牌制作安装"},
                                       {"职工体检", "健康体检"}}};

inline Labelled make_outsiders(const Surroundings& around, int count, unsigned seed) {
  static const int kAmounts[] = {5, 10, 20, 30, 50, 80, 100, 150, 200, 300};
  std::mt19937 random(seed);
  const auto pick = [&](std::size_t size) { return static_cast<std::size_t>(random() % size); };
  Labelled out;
  int id = 700'000;
  std::set<std::string> taken;
  for (int i = 0; i < count;) {
    const auto& [county, town] = around.towns[pick(12)];
    const House& house = around.houses[pick(10)];
    const auto& work = around.works[pick(8)];
    if (!taken.insert(std::string(town) + house.full + work[0]).second) continue;
    DeclaredProject one;
    one.id = std::to_string(id++);
    one.name = std::string(town) + "镇" + house.full + work[0];
    one.purpose = std::string("用于") + house.full + work[0] + "，按合同支付";
    one.place = std::string(i % 2 == 0 ? county : "") + town + "镇" + house.road;
    one.unit = std::string("单位") + town;
    one.fiscal_year = 2024 + static_cast<int>(pick(3));
    one.amount = Money::from_fen(std::int64_t{1'000'000} * kAmounts[pick(10)]);
    one.total_investment = one.amount;
    out.projects.push_back(one);
    if (i++ % 6 != 0) continue;
    DeclaredProject twin = one;
    twin.id = std::to_string(id++);
    twin.fiscal_year = one.fiscal_year == 2026 ? 2025 : one.fiscal_year + 1;
    switch (pick(6)) {
      case 0:
        twin.name = std::string(county) + town + "镇" + house.full + work[0] + "项目";
        twin.place = std::string("江苏省") + county + town + "镇" + house.road;
        break;
      case 1:
        twin.name = std::string(town) + "镇" + house.full + work[1];
        twin.purpose = std::string(house.full) + work[1] + "所需经费";
        twin.amount = Money::from_fen(one.amount.fen() / 100 * 115);
        break;
      case 2:
        twin.name = std::string(town) + "镇" + house.brief + work[0];
        break;
      case 3:
        twin.name = std::string(house.full) + work[0];
        twin.purpose = std::string(work[0]) + "，延续上年";
        break;
      case 4:
        twin.name = std::string(work[1]) + "（" + town + house.full + "）";
        twin.amount = Money::from_fen(one.amount.fen() / 100 * 96);
        twin.special_fund = "专项甲";
        out.projects.back().special_fund = "专项乙";
        break;
      default:
        twin.name = std::string(town) + house.full + work[0] + "（补报）";
        twin.place.clear();
        twin.unit = "单位乙";
    }
    out.pairs.insert(pair_key(one.id, twin.id));
    out.projects.push_back(twin);
  }
  return out;
}

} // namespace onebudget::compilation
