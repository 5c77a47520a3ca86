#include "analyzer/fix/revision_file.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <string_view>

#include "analyzer/base/md5.h"
#include "analyzer/fix/python_text.h"

namespace foreshot::fix {
namespace {

// Alembic's own, for trees without script.py.mako or with one that is a program.
constexpr const char* plain_template =
    "\"\"\"${message}\n"
    "\n"
    "Revision ID: ${up_revision}\n"
    "Revises: ${down_revision | comma,n}\n"
    "Create Date: ${create_date}\n"
    "\n"
    "\"\"\"\n"
    "from alembic import op\n"
    "import sqlalchemy as sa\n"
    "${imports if imports else \"\"}\n"
    "\n"
    "# revision identifiers, used by Alembic.\n"
    "revision = ${repr(up_revision)}\n"
    "down_revision = ${repr(down_revision)}\n"
    "branch_labels = ${repr(branch_labels)}\n"
    "depends_on = ${repr(depends_on)}\n"
    "\n"
    "\n"
    "def upgrade():\n"
    "    ${upgrades if upgrades else \"pass\"}\n"
    "\n"
    "\n"
    "def downgrade():\n"
    "    ${downgrades if downgrades else \"pass\"}\n";

struct Values {
  std::string message, id, create_date, imports, upgrade, downgrade;
  std::vector<std::string> after;
  char quote = '\'';
};

auto quoted_by(const std::string& text, char quote) -> std::string { return quote + text + quote; }

auto joined(const std::vector<std::string>& texts) -> std::string {
  std::string out;
  for (const auto& text : texts) out += (out.empty() ? "" : ", ") + text;
  return out;
}

// What an expression of the template stands for; nothing: it is not one of Alembic's own.
auto value_of(std::string expression, const Values& values) -> std::optional<std::string> {
  std::string plain;
  for (const char c : expression)
    if (std::isspace(static_cast<unsigned char>(c)) == 0) plain += c == '"' ? '\'' : c;
  const auto repr = [&] {
    if (values.after.size() == 1) return quoted_by(values.after.front(), values.quote);
    std::string out = "(";
    for (const auto& id : values.after) out += (out.size() > 1 ? ", " : "") + quoted_by(id, values.quote);
    return out + ")";
  };
  if (plain == "message") return values.message;
  if (plain == "up_revision") return values.id;
  if (plain == "down_revision" || plain == "down_revision|comma,n" || plain == "down_revision|comma") return joined(values.after);
  if (plain == "create_date") return values.create_date;
  if (plain == "repr(up_revision)") return quoted_by(values.id, values.quote);
  if (plain == "repr(down_revision)") return repr();
  if (plain == "repr(branch_labels)" || plain == "repr(depends_on)") return "None";
  if (plain == "importsifimportselse''" || plain == "importsor''" || plain == "imports") return values.imports;
  if (plain.starts_with("upgradesifupgradeselse") || plain == "upgradesor'pass'") return values.upgrade.empty() ? "pass" : values.upgrade;
  if (plain.starts_with("downgradesifdowngradeselse") || plain == "downgradesor'pass'") return values.downgrade.empty() ? "pass" : values.downgrade;
  return std::nullopt;
}

// The part of Mako that templates of single databases use: expressions, and comments of whole lines.
auto rendered(std::string_view text, const Values& values) -> std::optional<std::string> {
  std::string out;
  while (!text.empty()) {
    const auto newline = text.find('\n');
    auto line = text.substr(0, newline);
    text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const auto start = std::min(line.find_first_not_of(" \t"), line.size());
    if (line.substr(start).starts_with("##")) continue;
    if (line.substr(start).starts_with('%') || line.find("<%") != std::string_view::npos || line.find("</%") != std::string_view::npos) return std::nullopt;
    // Nobody knows when this is read: it gets no date where the revision before it has none.
    if (line.find("${create_date}") != std::string_view::npos && values.create_date.empty()) continue;
    std::string made;
    while (true) {
      const auto begin = line.find("${");
      made += line.substr(0, begin);
      if (begin == std::string_view::npos) break;
      const auto end = line.find('}', begin);
      if (end == std::string_view::npos) return std::nullopt;
      const auto value = value_of(std::string(line.substr(begin + 2, end - begin - 2)), values);
      if (!value) return std::nullopt;
      const bool block = made.find_first_not_of(" \t") == std::string::npos;
      made = block ? indented(*value, made) : made + *value;
      line.remove_prefix(end + 1);
    }
    // Lines that only an import would have filled.
    if (!made.empty() || line.data() == nullptr || start == 0) out += made + "\n";
  }
  return out;
}

// As Alembic: words of the message, at most 40 characters.
auto slug(const std::string& message) -> std::string {
  std::string out;
  bool between = false;
  for (const char c : message) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '_') {
      if (between && !out.empty()) out += '_';
      between = false;
      out += static_cast<char>(std::tolower(byte));
    } else {
      between = true;
    }
  }
  if (out.size() <= 40) return out;
  out.resize(40);
  if (const auto cut = out.rfind('_'); cut != std::string::npos) out.resize(cut);
  return out + "_";
}

// "%(year)d_%(month).2d_%(rev)s_%(slug)s" with the date of the revision before; nothing when something else is asked for.
auto file_stem(const std::string& file_template, const Values& values) -> std::optional<std::string> {
  static constexpr std::string_view parts[] = {"year", "month", "day", "hour", "minute", "second"};
  std::string out;
  for (std::size_t at = 0; at < file_template.size();) {
    if (file_template[at] != '%') {
      out += file_template[at++];
      continue;
    }
    const auto end = file_template.find(')', at);
    if (end == std::string::npos || file_template[at + 1] != '(') return std::nullopt;
    const auto name = file_template.substr(at + 2, end - at - 2);
    const auto letter = file_template.find_first_of("sd", end);
    if (letter == std::string::npos) return std::nullopt;
    at = letter + 1;
    if (name == "rev") {
      out += values.id;
    } else if (name == "slug") {
      out += slug(values.message);
    } else {
      const auto which = std::find(std::begin(parts), std::end(parts), name);
      // 2024-03-01 12:30:00.123456
      std::vector<std::string> numbers(1);
      for (const char c : values.create_date) {
        if (std::isdigit(static_cast<unsigned char>(c)) != 0)
          numbers.back() += c;
        else if (!numbers.back().empty())
          numbers.emplace_back();
      }
      const auto index = static_cast<std::size_t>(which - std::begin(parts));
      if (which == std::end(parts) || index >= numbers.size() || numbers[index].empty() || numbers[index].size() > 4) return std::nullopt;
      auto number = std::to_string(std::atoi(numbers[index].c_str()));
      if (number.size() == 1) number = "0" + number;
      out += number;
    }
  }
  return out;
}

auto folder_of(const std::string& path) -> std::string {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash + 1);
}

}  // namespace

auto revision_file(const RevisionTree& tree, const Project& project, RevisionIndex model, const std::vector<std::string>& after,
                   const RevisionText& text, std::set<std::string>& taken) -> std::optional<RevisionFile> {
  const auto& revision = tree.source.revisions[model];
  const auto& environment = tree.source.environment;
  Values values;
  values.message = text.message;
  values.after = after;
  values.create_date = revision.create_date.value_or("");
  values.quote = project.sources.text(revision.id_span).ends_with('"') ? '"' : '\'';
  auto own = environment.script_template;
  own.erase(std::remove(own.begin(), own.end(), '\r'), own.end());
  const auto* wanted = own.empty() ? plain_template : own.c_str();
  // Its imports have to give op and sa their usual names.
  if (std::string_view(wanted).find("from alembic import op\n") == std::string_view::npos ||
      std::string_view(wanted).find("import sqlalchemy as sa\n") == std::string_view::npos)
    wanted = plain_template;
  values.upgrade = named(text.upgrade, "op", "sa");
  values.downgrade = named(text.downgrade, "op", "sa");
  for (const auto& line : text.imports) values.imports += (values.imports.empty() ? "" : "\n") + line;
  const auto known = [&](const std::string& id) {
    return taken.contains(id) || std::any_of(tree.source.revisions.begin(), tree.source.revisions.end(), [&](const Revision& each) { return each.id == id; });
  };
  auto seed = joined(after) + "\n" + text.message + "\n" + values.upgrade + "\n" + values.downgrade;
  do {
    seed = md5_hex(seed);
    values.id = seed.substr(0, 12);
  } while (known(values.id));
  taken.insert(values.id);
  auto made = rendered(wanted, values);
  if (!made) made = rendered(plain_template, values);
  auto stem = environment.file_template.empty() ? std::nullopt : file_stem(environment.file_template, values);
  if (!stem) stem = file_stem("%(rev)s_%(slug)s", values);
  if (!made || !stem || stem->find_first_of("/\\") != std::string::npos) return std::nullopt;
  return RevisionFile{values.id, {folder_of(project.sources.file(revision.file).path) + *stem + ".py", *made}};
}

auto followers_moved(const RevisionTree& tree, const Project& project, RevisionIndex old, const std::string& last)
    -> std::optional<std::vector<Edit>> {
  const auto& id = tree.source.revisions[old].id;
  std::vector<Edit> edits;
  // Where the text names the old id once, as a whole word.
  const auto replace = [&](Span span, bool quoted) {
    const auto text = project.sources.text(span);
    std::size_t found = std::string_view::npos;
    for (auto at = text.find(id); at != std::string_view::npos; at = text.find(id, at + 1)) {
      const auto word = [&](std::size_t i) { return i < text.size() && (std::isalnum(static_cast<unsigned char>(text[i])) != 0 || text[i] == '_'); };
      if ((at > 0 && word(at - 1)) || word(at + id.size())) continue;
      if (quoted && (at == 0 || (text[at - 1] != '"' && text[at - 1] != '\''))) continue;
      if (found != std::string_view::npos) return false;
      found = at;
    }
    if (found == std::string_view::npos) return false;
    const auto begin = span.begin + static_cast<std::uint32_t>(found);
    edits.push_back({{span.file, begin, begin + static_cast<std::uint32_t>(id.size())}, last});
    return true;
  };
  for (const auto child : tree.graph->children(old)) {
    const auto& revision = tree.source.revisions[child];
    if ((child < tree.released.size() && tree.released[child]) || !revision.down_known || !revision.down_span.known()) return std::nullopt;
    if (!replace(revision.down_span, true)) return std::nullopt;
    if (!revision.docstring_revises_span || revision.docstring_revises.empty()) continue;
    const auto& named = revision.docstring_revises;
    if (std::find(named.begin(), named.end(), id) != named.end() && !replace(*revision.docstring_revises_span, false)) return std::nullopt;
  }
  return edits;
}

}  // namespace foreshot::fix
