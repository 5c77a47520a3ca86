// The Jinja templates that Python code of the project names, and what a name means where it is said.
//
//     "users/list.html" in app/users/views.py      app/templates/users/list.html, or users/list.html in another folder that
//                                                  is known to hold templates; where several fit, the one that lies nearest
//
// driver/ adds the texts; prepare() parses those in which an attribute could be loaded, alone or through what they include.
// Afterwards nothing changes. A name that nobody knows, or that means several files, is no template.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "analyzer/base/source_map.h"
#include "analyzer/interpret/value.h"
#include "analyzer/jinja/tree.h"

namespace foreshot::loads {

class QueryingFunctions;

// A template that is rendered: a file of the project's, or a text that the program holds.
struct TemplateSource {
  const jinja::Template* tree = nullptr;    // null: nothing in it, or in what goes with it, could load
  std::string_view path;                    // of the file that it lies in; names in the template are looked up from there
  const MappedText* text = nullptr;         // of a text
  auto span(std::uint32_t begin, std::uint32_t end) const -> Span;
};

class Templates {
 public:
  // Paths of files that may be templates, relative to the project; only those that are named are read.
  explicit Templates(std::vector<std::string> paths);
  // Whether files of this name can be templates.
  static auto may_be(std::string_view path) -> bool;

  // A folder that templates are looked for in, as Python names it; "templates" is known.
  auto add_folder(std::string_view written) -> void;
  // Other delimiters are set for all templates.
  auto distrust() -> void { trusted_ = false; }
  // … or for those that a Python file names.
  auto distrust(std::string_view python_file) -> void { strange_.insert(python_file); }
  auto distrusts(std::string_view python_file) const -> bool { return !trusted_ || strange_.contains(python_file); }

  // The file that a name means in the file `from`; empty when nobody knows.
  auto path_of(std::string_view name, std::string_view from) const -> std::string_view;
  auto add(std::string_view path, FileId file, std::string_view text) -> void;  // `text` must outlive this
  auto has(std::string_view path) const -> bool { return texts_.contains(path); }

  // Parses what matters; other templates are found by the names in a text.
  auto prepare(const QueryingFunctions& querying, unsigned threads) -> void;
  // Whether anything is to be rendered at all.
  auto empty() const -> bool { return !trusted_ || (matter_ == 0 && !written_); }
  // The program may hold templates as texts.
  auto expect_texts() -> void { written_ = true; }
  // Whether a Python text names a template that matters, or none that is known.
  auto named_in(std::string_view text, std::string_view from) const -> bool;

  // Those that were parsed, in the order in which they were added.
  auto parsed() const -> std::vector<const TemplateSource*>;
  // Null when the name means no file that was read.
  auto find(std::string_view name, std::string_view from) const -> const TemplateSource*;

 private:
  struct File {
    std::string_view path, text;
    FileId file = no_file;
    bool matters = false, needed = false;
    std::unique_ptr<jinja::Template> tree;
    TemplateSource source;
  };
  auto is_folder(std::string_view folder) const -> bool;

  std::vector<std::string> paths_;
  std::unordered_map<std::string_view, std::vector<std::string_view>> by_name_;  // the last part of the path
  std::vector<std::string> folders_{"templates"};
  std::vector<std::unique_ptr<File>> files_;
  std::unordered_map<std::string_view, File*> texts_;
  std::unordered_set<std::string_view> strange_;
  bool trusted_ = true, written_ = false;
  std::size_t matter_ = 0;
};

// The texts between quotes that end like the name of a template.
auto template_names(std::string_view text) -> std::vector<std::string_view>;
// Those in the tags of a template.
auto included_names(std::string_view text) -> std::vector<std::string_view>;

// By its words a Python text renders templates.
auto renders(std::string_view text) -> bool;

}  // namespace foreshot::loads
