#include "analyzer/driver/relevance.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <iterator>

#include "analyzer/base/word_search.h"

namespace foreshot::driver {
namespace {

auto library_words() -> const WordSearch& {
  static const WordSearch words{"sqlalchemy", "alembic", "sqlmodel", "SQLAlchemy", "SQLModel", "relationship(", "down_revision", "db.Model", "mapped_column",
                                "Column(", ".query(", ".query.", ".scalars(", ".scalar(",
                                // SQL text beside SQLAlchemy
                                "psycopg", "asyncpg", "cursor.execute(", "cur.execute(", "connection.execute(", "conn.execute(",
                                // serializers, which read what their fields are called
                                "from_attributes", "orm_mode", "fields.Nested("};
  return words;
}

constexpr std::string_view session_methods[] = {"add",    "add_all", "begin", "commit",  "delete", "exec",   "execute", "expunge",  "flush",
                                                "get",    "get_one", "merge", "query",   "refresh", "rollback", "scalar", "scalars", "stream"};

auto holds(std::string_view bytes, std::string_view word) -> bool { return memmem(bytes.data(), bytes.size(), word.data(), word.size()) != nullptr; }

// Web frameworks have sessions too: it is the method that tells.
auto uses_a_session(std::string_view bytes) -> bool {
  constexpr std::string_view word = "ession.";
  for (auto at = bytes.find(word); at != std::string_view::npos; at = bytes.find(word, at + word.size())) {
    const auto begin = at + word.size();
    auto end = begin;
    while (end < bytes.size() && end - begin < 12 && ((bytes[end] >= 'a' && bytes[end] <= 'z') || bytes[end] == '_')) ++end;
    const auto method = bytes.substr(begin, end - begin);
    if (end < bytes.size() && bytes[end] == '(' && std::find(std::begin(session_methods), std::end(session_methods), method) != std::end(session_methods))
      return true;
  }
  return false;
}

auto is_word(char c) -> bool { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

template <typename Use>
auto each_word(std::string_view text, Use use) -> void {
  for (std::size_t begin = 0; begin < text.size();) {
    auto end = begin;
    while (end < text.size() && is_word(text[end])) ++end;
    if (end > begin) use(text.substr(begin, end - begin));
    begin = end + 1;
  }
}

// Whether the word at `at` stands alone: "import", not "important" or "reimport".
auto is_keyword(std::string_view bytes, std::size_t at) -> bool {
  constexpr std::size_t size = 6;
  return (at == 0 || !is_word(bytes[at - 1])) && (at + size >= bytes.size() || !is_word(bytes[at + size]));
}

// The last two components of a dotted name.
struct Dotted {
  std::string_view parent, last;

  // "..a.b" of the file at `path`, or "a.b".
  auto append_from(std::string_view name, std::string_view path) -> void {
    std::size_t level = 0;
    name.remove_prefix(std::min(name.find_first_not_of(" \t"), name.size()));
    while (level < name.size() && name[level] == '.') ++level;
    if (level > 0) {
      for (std::size_t up = 0; up < level; ++up) path = path.substr(0, path.rfind('/') == std::string_view::npos ? 0 : path.rfind('/'));
      const auto slash = path.rfind('/');
      last = slash == std::string_view::npos ? path : path.substr(slash + 1);
    }
    each_word(name, [&](std::string_view word) {
      parent = last;
      last = word;
    });
  }
  auto key() const -> ImportKey { return import_key(parent, last); }
};

}  // namespace

auto matters(std::string_view bytes) -> bool {
  return library_words().in(bytes) || uses_a_session(bytes) ||
         // UTF-16 hides every word.
         bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF");
}

auto hands_on(std::string_view path, std::string_view bytes) -> bool {
  return (path.ends_with("/__init__.py") || path == "__init__.py") && (bytes.starts_with("from ") || holds(bytes, "\nfrom "));
}

auto loops(std::string_view bytes) -> bool { return holds(bytes, "for ") || holds(bytes, "while "); }

auto serializes(std::string_view bytes) -> bool { return holds(bytes, "BaseModel") || holds(bytes, "Schema)"); }

auto uses_serializers(std::string_view bytes) -> bool {
  static const WordSearch words{"response_model", "model_validate", "from_orm(", "APIRouter", "FastAPI(", "BaseModel", ".dump(", "Schema)"};
  return words.in(bytes);
}

auto import_key(std::string_view parent, std::string_view name) -> ImportKey {
  const std::hash<std::string_view> hash;
  return hash(parent) * 31 + hash(name);
}

auto imports_of(std::string_view bytes, const std::string& path) -> std::vector<ImportKey> {
  constexpr std::string_view keyword = "import";
  std::vector<ImportKey> keys;
  for (auto at = bytes.find(keyword); at != std::string_view::npos; at = bytes.find(keyword, at)) {
    auto begin = bytes.rfind('\n', at) + 1;  // npos + 1 is the beginning
    while (begin < at && (bytes[begin] == ' ' || bytes[begin] == '\t')) ++begin;
    auto end = std::min(bytes.find('\n', at), bytes.size());
    const auto line = bytes.substr(begin, end - begin);
    if (line.starts_with("from ") && is_keyword(bytes, at)) {
      if (line.substr(at - begin).find('(') != std::string_view::npos) end = std::min(bytes.find(')', at), bytes.size());
      Dotted module;
      module.append_from(bytes.substr(begin + 5, at - begin - 5), path);
      keys.push_back(module.key());
      each_word(bytes.substr(at + keyword.size(), end - at - keyword.size()), [&](std::string_view name) { keys.push_back(import_key(module.last, name)); });
    } else if (line.starts_with("import ")) {
      Dotted module;
      each_word(line.substr(keyword.size()), [&](std::string_view name) {
        // "a.b, c": a name that no dot leads to begins anew.
        const bool continues = name.data() > line.data() && name.data()[-1] == '.';
        module.parent = continues ? module.last : std::string_view();
        module.last = name;
        keys.push_back(module.key());
      });
    }
    at = std::max(end, at + keyword.size());
  }
  return keys;
}

}  // namespace foreshot::driver
