// How SQLAlchemy writes names and strings into SQL for PostgreSQL: its own rule of when a name is quoted (its list of
// reserved words, letter case, odd characters), which is not PostgreSQL's. Text keeps the places it came from.
#pragma once

#include <string_view>

#include "analyzer/base/mapped_text.h"

namespace foreshot::sqlalchemy {

// The name as rendered: quoted where SQLAlchemy quotes. A name with holes is left as it is, unless they are constants of
// the run and the rest needs quotes.
auto quoted(const MappedText& name) -> MappedText;

// Quoted whether it needs quotes or not.
auto quoted_always(const MappedText& name) -> MappedText;

// Each part of a dotted name quoted, as Alembic does with schemas.
auto quoted_dotted(const MappedText& name) -> MappedText;

// 'text' with quotes doubled.
auto string_literal(const MappedText& text) -> MappedText;

auto needs_quotes(std::string_view name) -> bool;

// A run of pieces: operator<< appends rendered text or mapped text.
class Render {
 public:
  auto operator<<(std::string_view rendered) -> Render& {
    text_.append(rendered, Span{});
    return *this;
  }
  auto operator<<(const MappedText& part) -> Render& {
    text_.append(part);
    return *this;
  }
  auto hole(std::string what, Span where) -> Render& {
    text_.append_hole(std::move(what), where);
    return *this;
  }
  auto take() -> MappedText { return std::move(text_); }
  auto text() const -> const MappedText& { return text_; }
  auto empty() const -> bool { return text_.empty(); }

 private:
  MappedText text_;
};

}  // namespace foreshot::sqlalchemy
