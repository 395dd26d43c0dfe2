#pragma once
// Makes a labelled set for the search for duplicates: ordinary projects, and twins that people would write.

#include <random>
#include <set>

#include "plugins/compilation/domain/similar/duplicate.hpp"

namespace onebudget::compilation {

struct Labelled {
  std::vector<DeclaredProject> projects;
  std::set<std::string> pairs;
};

/// The same for the same seed. Every tenth project has a twin: other year, other word order, another name for the same
/// thing, brackets and numbers, other unit, another fund. The others differ in object or place though words recur.
inline Labelled make_twins(int count, unsigned seed) {
  static const char* const kTowns[] = {"玉山",   "巴城", "周市", "陆家", "花桥", "淀山湖", "张浦",
                                       "周庄",   "千灯", "锦溪", "虞山", "梅李", "海虞",   "古里",
                                       "沙家浜", "支塘", "董浜", "辛庄", "尚湖", "碧溪"};
  static const char* const kObjects[] = {"中心小学",   "第二中学",     "幼儿园",   "卫生院",   "敬老院",
                                         "文化站",     "污水管网",     "农村公路", "灌溉泵站", "河道",
                                         "垃圾中转站", "公共厕所",     "农贸市场", "停车场",   "图书馆",
                                         "体育馆",     "社区服务中心", "消防站",   "桥梁",     "高标准农田"};
  static const char* const kWorks[] = {"维修改造", "设备购置", "安全监测", "提升工程", "信息化建设",
                                       "新建工程", "绿化养护", "节能改造", "运行维护", "应急抢修"};
  static const char* const kSame[][2] = {{"维修改造", "修缮改造"},
                                         {"提升工程", "提升改造工程"},
                                         {"新建工程", "新建项目"},
                                         {"设备购置", "设备采购"},
                                         {"信息化建设", "信息化项目建设"}};
  std::mt19937 random(seed);
  const auto pick = [&](std::size_t size) { return static_cast<std::size_t>(random() % size); };
  Labelled out;
  int id = 100'000;
  std::set<std::string> taken;
  for (int i = 0; i < count;) {
    const std::string town = kTowns[pick(20)], object = kObjects[pick(20)], work = kWorks[pick(10)],
                      number = std::to_string(1 + pick(9));
    if (!taken.insert(town + object + work + number).second) continue;
    DeclaredProject one;
    one.id = std::to_string(id++);
    one.name = town + "镇" + object + work + "（" + number + "号）";
    one.purpose = "对" + town + "镇" + number + "号" + object + "实施" + work + "，改善" +
                  (i % 3 == 0 ? "群众生产生活" : "公共服务") + "条件";
    one.place = town + "镇" + object + number + "号";
    one.unit = "单位" + std::to_string(pick(200));
    one.fiscal_year = 2024 + static_cast<int>(pick(3));
    one.amount = Money::from_fen(static_cast<std::int64_t>(10 + pick(500)) * 1'000'000);
    one.total_investment = one.amount;
    out.projects.push_back(one);
    if (i++ % 10 != 0) continue;
    DeclaredProject twin = one;
    twin.id = std::to_string(id++);
    twin.fiscal_year = one.fiscal_year == 2026 ? 2025 : one.fiscal_year + 1;
    switch (pick(4)) {
      case 0:
        twin.name = std::to_string(twin.fiscal_year) + "年" + town + "镇" + object + work + number + "号项目";
        break;
      case 1:
        for (const auto& same : kSame)
          if (work == same[0]) twin.name = town + "镇" + object + same[1] + "（" + number + "号）";
        break;
      case 2:
        twin.name = "关于" + town + "镇" + number + "号" + object + work + "的项目";
        twin.special_fund = "专项甲";
        out.projects.back().special_fund = "专项乙";
        break;
      default:
        twin.unit = "单位" + std::to_string(200 + pick(50));
        twin.place = town + "镇 " + object + " " + number + "号";
    }
    out.pairs.insert(pair_key(one.id, twin.id));
    out.projects.push_back(twin);
  }
  return out;
}

} // namespace onebudget::compilation
