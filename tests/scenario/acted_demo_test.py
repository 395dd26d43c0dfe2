#!/usr/bin/env python3
"""acted_demo_test.py [sqlite|postgresql]: what people of the demo province did, as the quick start plays it, passes every rule of today."""

import sys
import unittest

from support import SOURCE, OwnDatabase, Server, database_from

DATABASE = database_from(sys.argv)
PLUGINS = "standards,workflow,compilation,monitoring,ledger,treasury,performance,insight,usage"
ACTS = [SOURCE / f"config/demo/jiangsu_{name}.json" for name in ("acts", "execution", "books", "evaluations")]


class ActedDemo(unittest.TestCase):
    def test_every_act_is_taken_and_money_and_results_stand_at_the_end(self):
        own = OwnDatabase() if DATABASE == "postgresql" else None
        server = Server(own and own.url, {"plugins.enable": PLUGINS})
        server.database = own
        self.addCleanup(server.stop)
        server.start()
        server.load_demo(0.01, acts=ACTS)
        for path, who in (("/compilation/budget-issue", "budget-division.320583000"), ("/ledger/indicator", "budget-division.320583000"),
                          ("/performance/evaluation", "performance-division.320583000")):
            status, page, _ = server.ask("GET", path + "?limit=1", who=who)
            self.assertEqual((status, len(page["items"])), (200, 1), path)


if __name__ == "__main__":
    unittest.main(verbosity=2)
