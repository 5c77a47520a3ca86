// A Turn is something that happens to a session, or to an object that it holds, while a function is walked: what decides
// later whether an attribute is still known to the session when it is read.
//
//     session.add(user)          added
//     await session.commit()     commit: expires all, unless expire_on_commit=False
//     user.id                    raises under an async session, which cannot ask again on access
//
// Turns are kept in the order in which they happen, each with the conditions it happens under: it counts for a read that
// stands under the same ones.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "analyzer/facts/operation.h"
#include "analyzer/loads/value.h"

namespace foreshot::loads {

struct Turn {
  enum class Kind : std::uint8_t {
    added,      // an object comes to the session
    changed,    // a column of an object is given a value
    flush,
    commit,
    rollback,
    expire,     // of one object, or of all
    fetched,    // rows of a model are read, which refreshes those that are known
    unclear,    // something was called that may have done any of it
  };
  Kind kind = Kind::unclear;
  std::shared_ptr<const Session> session;
  std::shared_ptr<const Entity> entity;   // null: all that the session holds
  ModelId model = no_model;               // of fetched
  std::string name;                       // the attribute that is changed; the method as written, `session.commit`
  bool by_expression = false;             // changed to what the server computes
  Span span;
  std::vector<Condition> under;
  std::uint32_t closed = 0;               // how often the session was closed before
};

}  // namespace foreshot::loads
