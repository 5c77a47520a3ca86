// PostgreSQL's node types, for the .cpp files of this folder only. Include it last: PostgreSQL's headers define macros
// (gettext, printf, Min, …) that break standard headers after them.
//
// Only fields are read and only inline accessors are used: PostgreSQL's functions report errors with longjmp, which must
// not cross C++ frames.
#pragma once

#include <cstdlib>

extern "C" {
#include "pg_query.h"
#include "pg_query_internal.h"

#include "access/attnum.h"
#include "catalog/pg_class.h"
#include "catalog/pg_trigger.h"
#include "nodes/nodes.h"
#include "nodes/parsenodes.h"
#include "nodes/primnodes.h"
#include "nodes/value.h"
}

namespace foreshot::sql {

// for (auto* cell : Items<Node>(list))
template <typename T>
class Items {
 public:
  explicit Items(const List* list)
      : begin_(list == nullptr ? nullptr : list->elements),
        end_(list == nullptr ? nullptr : list->elements + list->length) {}

  class Iterator {
   public:
    explicit Iterator(const ListCell* cell) : cell_(cell) {}
    auto operator*() const -> T* { return static_cast<T*>(cell_->ptr_value); }
    auto operator++() -> Iterator& {
      ++cell_;
      return *this;
    }
    friend auto operator!=(const Iterator& left, const Iterator& right) -> bool { return left.cell_ != right.cell_; }

   private:
    const ListCell* cell_;
  };
  auto begin() const -> Iterator { return Iterator(begin_); }
  auto end() const -> Iterator { return Iterator(end_); }

 private:
  const ListCell* begin_;
  const ListCell* end_;
};

inline auto length_of(const List* list) -> int { return list == nullptr ? 0 : list->length; }

template <typename T>
auto item(const List* list, int index) -> T* {
  return index < 0 || index >= length_of(list) ? nullptr : static_cast<T*>(list->elements[index].ptr_value);
}

template <typename T, typename From>
auto as(From* node) -> T* {
  return reinterpret_cast<T*>(node);
}

inline auto tag_of(const void* node) -> NodeTag {
  return node == nullptr ? T_Invalid : static_cast<const Node*>(node)->type;
}

}  // namespace foreshot::sql
