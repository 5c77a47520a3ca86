#include "analyzer/sqlalchemy/mapping_annotation.h"

#include <algorithm>
#include <array>

namespace foreshot::sqlalchemy {
namespace {

constexpr int deepest = 20;

auto is_name_byte(char byte) -> bool {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '_' ||
         byte == '.' || static_cast<unsigned char>(byte) >= 0x80;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  auto united(int depth) -> Annotation {
    auto first = single(depth);
    if (!at('|')) return first;
    Annotation all{"|", {std::move(first)}};
    while (take('|')) all.arguments.push_back(single(depth));
    return all;
  }

 private:
  auto skip() -> void {
    while (position_ < text_.size() && std::string_view(" \t\r\n\"'\\").find(text_[position_]) != std::string_view::npos) ++position_;
  }
  auto at(char byte) -> bool {
    skip();
    return position_ < text_.size() && text_[position_] == byte;
  }
  auto take(char byte) -> bool {
    if (!at(byte)) return false;
    ++position_;
    return true;
  }

  auto single(int depth) -> Annotation {
    Annotation read;
    skip();
    const auto begin = position_;
    while (position_ < text_.size() && is_name_byte(text_[position_])) ++position_;
    read.name = std::string(text_.substr(begin, position_ - begin));
    if (depth == 0) return {};
    const bool parenthesised = read.name.empty() && at('(');
    if (parenthesised && take('(')) {
      read = united(depth - 1);
      close(')');
      return read;
    }
    if (take('[')) {
      while (position_ < text_.size() && !at(']')) {
        const auto before = position_;
        read.arguments.push_back(united(depth - 1));
        // What is no type (a call among the arguments of Annotated) is passed over.
        if (!at(',') && !at(']')) over();
        if (!take(',') && position_ == before) break;
      }
      close(']');
    }
    return read;
  }

  auto over() -> void {
    int open = 0;
    for (; position_ < text_.size(); ++position_) {
      const auto byte = text_[position_];
      if (byte == '(' || byte == '[' || byte == '{') ++open;
      if (open == 0 && (byte == ',' || byte == ']' || byte == ')')) return;
      if (byte == ')' || byte == ']' || byte == '}') --open;
    }
  }
  auto close(char byte) -> void {
    if (!take(byte)) over(), take(byte);
  }

  std::string_view text_;
  std::size_t position_ = 0;
};

auto is_none(const Annotation& annotation) -> bool { return annotation.name == "None"; }

}  // namespace

auto Annotation::last() const -> std::string_view {
  const auto dot = name.rfind('.');
  return std::string_view(name).substr(dot == std::string::npos ? 0 : dot + 1);
}

auto Annotation::is_optional() const -> bool {
  if (last() == "Optional") return true;
  return (name == "|" || last() == "Union") && std::any_of(arguments.begin(), arguments.end(), is_none);
}

auto Annotation::without_none() const -> const Annotation& {
  if (last() == "Optional" && arguments.size() == 1) return arguments.front();
  if (name != "|" && last() != "Union") return *this;
  const Annotation* only = nullptr;
  for (const auto& argument : arguments) {
    if (is_none(argument)) continue;
    if (only != nullptr) return *this;
    only = &argument;
  }
  return only != nullptr ? *only : *this;
}

auto Annotation::is_collection() const -> bool {
  static constexpr std::array<std::string_view, 14> collections{
      "list", "List", "set", "Set", "Sequence", "Collection", "MutableSequence", "MutableSet",
      "dict", "Dict", "Iterable", "AbstractSet", "MappedCollection", "OrderingList"};
  return !arguments.empty() && std::find(collections.begin(), collections.end(), last()) != collections.end();
}

auto read_annotation(std::string_view text) -> Annotation { return Reader(text.substr(0, 2000)).united(deepest); }

}  // namespace foreshot::sqlalchemy
