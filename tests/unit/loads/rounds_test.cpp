// What depends on a loop's round, by values: not by the names that a text happens to mention.
#include "tests/unit/loads/application.h"

namespace foreshot::testing {
namespace {

auto lines(const std::string& body) -> Lines { return Application::of(body).lines(); }

TEST(Rounds, AStatementOfTheLoopVariableRunsOncePerItem) {
  EXPECT_EQ(lines("def f(session, names):\n    for name in names:\n        session.scalars(select(Customer).where(Customer.name == name)).all()\n"),
            Lines{"query in name"});
}

TEST(Rounds, WhatIsAskedTheSameEachTimeDoesNotGrow) {
  EXPECT_EQ(lines("def f(session, names):\n    for name in names:\n        print(name, session.scalars(select(Customer)).all())\n"),
            Lines{"same query in name"});
}

TEST(Rounds, TextsTuplesAndCallsHandItOn) {
  EXPECT_EQ(lines("def f(session, pairs):\n"
                  "    for a, b in pairs:\n"
                  "        key = f'{a}-{b}'.upper()\n"
                  "        first, *rest = key.split('-')\n"
                  "        session.execute(select(Order).where(Order.number == first)).all()\n"),
            Lines{"query in a, b"});
}

TEST(Rounds, AnInnerLoopIsNotTheReason) {
  EXPECT_EQ(lines("def f(session, orders, rates):\n    for order in orders:\n        for rate in rates:\n"
                  "            session.execute(select(Customer).where(Customer.id == order.customer_id)).all()\n"),
            Lines{"query in order"});
}

TEST(Rounds, AllRoundsTogetherDifferInNone) {
  EXPECT_EQ(lines("def f(session, orders, pages):\n    ids = [order.id for order in orders]\n    for page in pages:\n"
                  "        page.write(session.execute(select(Customer).where(Customer.id == ids[0])).all())\n"),
            Lines{});
}

TEST(Rounds, ThroughAHelpersKeywords) {
  EXPECT_EQ(lines("def one(session, **filters):\n    return session.query(Customer).filter_by(**filters).first()\n\n"
                  "def f(session, names):\n    for name in names:\n        one(session, name=name)\n"),
            Lines{"query in name"});
}

TEST(Rounds, AHelperThatRemembersAsksOnce) {
  EXPECT_EQ(lines("def one(session, name, cache={}):\n    if name in cache:\n        return cache[name]\n"
                  "    cache[name] = session.query(Customer).filter_by(name=name).first()\n    return cache[name]\n\n"
                  "def f(session, names):\n    for name in names:\n        one(session, name)\n"),
            Lines{});
}

TEST(Rounds, AContainerThatWasFilledInTheRound) {
  EXPECT_EQ(lines("def f(session, names):\n    for name in names:\n        conditions = []\n        conditions.append(Customer.name == name)\n"
                  "        session.scalars(select(Customer).where(*conditions)).all()\n"),
            Lines{"query in name"});
}

TEST(Rounds, OneValueOfTheVariableIsOneRound) {
  EXPECT_EQ(lines("def f(session, options):\n    for key in options:\n        if key == 'name':\n"
                  "            session.scalars(select(Customer).where(Customer.name == options[key])).all()\n"),
            Lines{});
}

TEST(Loads, OneForEachPathOfAQuery) {
  EXPECT_EQ(lines("def f(session):\n    orders = session.scalars(select(Order)).all()\n    for order in orders:\n"
                  "        print(order.customer.name, order.customer.id)\n    return [order.customer for order in orders]\n"),
            Lines{"relationship Order.customer in order"});
}

TEST(Loads, TheWayBackIsFree) {
  EXPECT_EQ(lines("def f(session):\n    for customer in session.scalars(select(Customer)):\n        for order in customer.orders:\n"
                  "            print(order.customer.name)\n"),
            Lines{"relationship Customer.orders in customer"});
}

TEST(Deletes, OnlyWhatIsCalledASession) {
  EXPECT_EQ(lines("def f(session, storage):\n    customer = session.get(Customer, 1)\n    storage.delete(customer)\n    session.delete(customer)\n"),
            Lines{"delete Customer"});
}

TEST(Deletes, KnowWhoseRowsWereMindedBefore) {
  const auto application = Application::of(
      "def f(session, key):\n    session.query(Order).filter_by(customer_id=key).delete()\n    session.delete(session.get(Customer, key))\n");
  ASSERT_EQ(application.project.deletes.size(), 2U);
  const auto& minded = application.project.deletes[1].minded;
  EXPECT_NE(std::find(minded.begin(), minded.end(), application.model("Order").id), minded.end());
}

}  // namespace
}  // namespace foreshot::testing
