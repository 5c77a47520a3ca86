#include "analyzer/driver/options.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <set>

#include "analyzer/check/selection.h"
#include "analyzer/driver/paths.h"

namespace foreshot::driver {
namespace {

const std::set<std::string> commands = {"check", "rule", "facts", "timeline", "graph", "config", "version", "help"};

// The formats of --output-format, the usual one first.
auto formats_of(const std::string& command) -> const std::vector<std::string>& {
  static const std::vector<std::string> check = {"full", "concise", "json", "sarif"}, timeline = {"text", "json", "svg"},
                                        graph = {"text", "dot", "mermaid", "svg"};
  return command == "timeline" ? timeline : command == "graph" ? graph : check;
}

// `@file` stands for the arguments that the file holds, one a line.
auto spread_files(std::vector<std::string>& arguments) -> std::optional<std::string> {
  std::vector<std::string> spread;
  for (auto& argument : arguments) {
    if (!argument.starts_with('@') || argument.size() < 2) {
      spread.push_back(std::move(argument));
      continue;
    }
    const auto text = read_bytes(argument.substr(1));
    if (!text) return argument.substr(1);
    std::string_view rest = *text;
    while (!rest.empty()) {
      const auto newline = rest.find('\n');
      auto line = rest.substr(0, newline);
      rest.remove_prefix(newline == std::string_view::npos ? rest.size() : newline + 1);
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (!line.empty()) spread.emplace_back(line);
    }
  }
  arguments = std::move(spread);
  return std::nullopt;
}

auto wrong(std::string sentence) -> Stop { return {2, "", "foreshot: " + std::move(sentence) + "\n"}; }

// Everything as CLI11 gives it, before it is judged.
struct Words {
  std::vector<std::string> select, extend_select, ignore, per_file_ignores, severity, exclude, formats;
  std::string fail_on, output_file, color;
  bool gitignore = false, no_gitignore = false, force = false, no_force = false, unsafe = false, no_unsafe = false;
  int quiet = 0, verbose = 0;
  bool silent = false;
  std::string rule_format = "text", drawing_format, revision;
};

auto list(CLI::App* app, const std::string& names, std::vector<std::string>& to, const std::string& about) -> CLI::Option* {
  return app->add_option(names, to, about)->delimiter(',')->allow_extra_args(false)->take_all();
}

auto several(CLI::App* app, const std::string& names, std::vector<std::string>& to, const std::string& about) -> CLI::Option* {
  return app->add_option(names, to, about)->allow_extra_args(false)->take_all();
}

auto add_shared(CLI::App* app, Options& options, Words& words) -> void {
  several(app, "--config", options.configs, "A configuration file, or one KEY=VALUE of it (repeatable)")->type_name("FILE|KEY=VALUE");
  app->add_flag("--isolated", options.isolated, "Ignore all configuration files");
  several(app, "--exclude", words.exclude, "Leave out files and folders that match")->delimiter(',')->type_name("PATTERN");
  list(app, "--extend-exclude", options.extend_exclude, "Leave these out too")->type_name("PATTERN");
  app->add_flag("--respect-gitignore", words.gitignore, "Leave out what .gitignore names (default)");
  app->add_flag("--no-respect-gitignore", words.no_gitignore, "Do not");
  list(app, "--start-after", options.start_after, "These revisions and all before them are history")->type_name("REVISION");
  app->add_option("--color", words.color, "auto, always or never")->type_name("WHEN");
  app->add_flag("--ascii", options.ascii, "Draw with ASCII characters only");
  app->add_option("-j,--jobs", options.threads, "Number of threads (default: all cores)")->type_name("N")->check(CLI::Range(0, 1024));
  app->add_flag("-q,--quiet", words.quiet, "Findings only; twice: nothing but the exit code");
  app->add_flag("-v,--verbose", words.verbose, "Say more on stderr");
}

auto add_check(CLI::App* app, Options& options, Words& words) -> void {
  app->add_option("PATH", options.paths, "Files and folders (default: .)");
  list(app, "--select", words.select, "Run these rules (codes, prefixes, names, ALL)")->type_name("RULE");
  list(app, "--extend-select", words.extend_select, "Run these too")->type_name("RULE");
  list(app, "--ignore", words.ignore, "Do not run these")->type_name("RULE");
  list(app, "--per-file-ignores", words.per_file_ignores, "Do not run RULE on files that match PATTERN")->type_name("PATTERN:RULE");
  list(app, "--severity", words.severity, "Give a rule another level: error, warning, info, off")->type_name("RULE=LEVEL");
  app->add_flag("--force-exclude", words.force, "Leave out excluded files even when they are named");
  app->add_flag("--no-force-exclude", words.no_force, "Do not");
  app->add_flag("--fix", options.fix, "Apply the safe fixes, and report what is left");
  app->add_flag("--unsafe-fixes", words.unsafe, "Fixes that change what the database is sent count too: look at them");
  app->add_flag("--no-unsafe-fixes", words.no_unsafe, "They do not (default)");
  app->add_flag("--diff", options.diff, "Print what --fix would change, and change nothing");
  app->add_flag("--fix-only", options.fix_only, "Apply fixes, and do not report what is left");
  app->add_flag("--show-fixes", options.show_fixes, "List what was fixed");
  app->add_flag("--exit-non-zero-on-fix", options.exit_non_zero_on_fix, "Exit with 1 when something was fixed");
  app->add_flag("--all-revisions", options.all_revisions, "List findings in old revisions too");
  app->add_option("--fail-on", words.fail_on, "error, warning, info or never (default: warning)")->type_name("LEVEL");
  app->add_flag("-e,--exit-zero", options.exit_zero, "Exit with 0 although there are findings");
  several(app, "--output-format", words.formats, "full, concise, json or sarif; with =FILE to a file (repeatable)")->type_name("FORMAT[=FILE]");
  app->add_option("-o,--output-file", words.output_file, "Write to a file instead of stdout")->type_name("FILE");
  app->add_flag("--statistics", options.statistics, "Count findings by rule");
  app->add_flag("--coverage", options.coverage, "Say what was not understood, and why");
  app->add_flag("--show-suppressed", options.show_suppressed, "Show suppressed findings too");
  app->add_flag("--show-files", options.show_files, "List the files that would be checked");
  app->add_flag("--show-parsed-files", options.show_parsed_files, "List those of them that are worth parsing");
  app->add_flag("--sarif-timestamps", options.sarif_timestamps, "Put the time of the run into SARIF");
  app->add_flag("-s,--silent", words.silent, "Print nothing");
}

auto listed(const std::vector<std::string>& words) -> std::string {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) text += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
  return text;
}

auto add_drawing(CLI::App* app, Options& options, Words& words) -> void {
  app->add_option("--output-format", words.drawing_format, listed(formats_of(app->get_name())))->type_name("FORMAT");
  app->add_option("-o,--output-file", words.output_file, "Write to a file instead of stdout")->type_name("FILE");
  add_shared(app, options, words);
}

auto read_format(const std::string& word, Options& options) -> std::optional<Stop> {
  const auto equals = word.find('=');
  OutputRequest request{word.substr(0, equals), equals == std::string::npos ? "" : word.substr(equals + 1)};
  const auto& formats = formats_of(options.command);
  if (std::find(formats.begin(), formats.end(), request.format) == formats.end()) {
    const auto near = nearest_word(request.format, formats);
    return wrong("unknown output format '" + request.format + "': " + listed(formats) + (near.empty() ? "" : "; did you mean '" + near + "'?"));
  }
  if (equals != std::string::npos && request.file.empty()) return wrong("--output-format " + word + " names no file");
  options.outputs.push_back(std::move(request));
  return std::nullopt;
}

auto check_selectors(const std::vector<std::string>& selectors, const std::string& option) -> std::optional<Stop> {
  for (const auto& selector : selectors) {
    if (selector_known(selector)) continue;
    const auto near = nearest_rule(selector);
    return wrong("unknown rule '" + selector + "' in " + option + (near.empty() ? "" : "; did you mean '" + near + "'?"));
  }
  return std::nullopt;
}

auto judge(Options& options, Words& words, const CLI::App& app, const Variables& variables) -> std::optional<Stop> {
  const auto given = [&](const char* name) { return app.get_option_no_throw(name) != nullptr && app.count(name) > 0; };
  if (given("--select")) options.select = words.select;
  if (given("--exclude")) options.exclude = words.exclude;
  options.extend_select = words.extend_select;
  options.ignore = words.ignore;
  for (const auto& [selectors, name] : {std::pair{&words.select, "--select"}, {&words.extend_select, "--extend-select"}, {&words.ignore, "--ignore"}})
    if (auto stop = check_selectors(*selectors, name)) return stop;
  for (const auto& word : words.severity) {
    const auto equals = word.find('=');
    const auto level = equals == std::string::npos ? std::nullopt : parse_level(word.substr(equals + 1));
    if (!level) return wrong("--severity wants RULE=LEVEL with the level error, warning, info or off, not '" + word + "'");
    if (auto stop = check_selectors({word.substr(0, equals)}, "--severity")) return stop;
    options.severity.emplace_back(word.substr(0, equals), *level);
  }
  for (const auto& word : words.per_file_ignores) {
    const auto colon = word.rfind(':');
    if (colon == std::string::npos || colon == 0) return wrong("--per-file-ignores wants PATTERN:RULE, not '" + word + "'");
    if (auto stop = check_selectors({word.substr(colon + 1)}, "--per-file-ignores")) return stop;
    options.per_file_ignores.push_back({word.substr(0, colon), {word.substr(colon + 1)}});
  }
  if (!words.fail_on.empty()) {
    options.fail_on = words.fail_on == "never" ? std::optional(Level::off) : parse_level(words.fail_on);
    if (!options.fail_on || words.fail_on == "off") return wrong("--fail-on wants error, warning, info or never, not '" + words.fail_on + "'");
  }
  if (words.gitignore || words.no_gitignore) options.respect_gitignore = !words.no_gitignore;
  if (words.force || words.no_force) options.force_exclude = !words.no_force;
  if (words.unsafe || words.no_unsafe) options.unsafe_fixes = !words.no_unsafe;
  options.fix = options.fix || options.diff || options.fix_only;
  options.quiet = words.silent ? 2 : words.quiet;
  options.verbose = words.verbose;
  if (!words.color.empty()) options.color = words.color;
  if (options.color != "auto" && options.color != "always" && options.color != "never")
    return wrong("--color wants auto, always or never, not '" + options.color + "'");
  const auto variable = [&](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  };
  if (options.command == "rule") words.formats.clear();
  if (options.command == "check" && words.formats.empty() && !variable("FORESHOT_OUTPUT_FORMAT").empty())
    words.formats.push_back(variable("FORESHOT_OUTPUT_FORMAT"));
  if (!words.drawing_format.empty()) words.formats.push_back(words.drawing_format);
  for (const auto& format : words.formats)
    if (auto stop = read_format(format, options)) return stop;
  if (words.output_file.empty() && options.command == "check") words.output_file = variable("FORESHOT_OUTPUT_FILE");
  if (!words.output_file.empty()) {
    if (options.outputs.empty()) options.outputs.push_back({"", ""});
    for (auto& output : options.outputs)
      if (output.file.empty()) output.file = words.output_file;
  }
  std::size_t to_stdout = 0;
  for (const auto& output : options.outputs) to_stdout += output.file.empty() ? 1 : 0;
  if (to_stdout > 1) return wrong("two output formats want stdout; give all but one a file: --output-format sarif=FILE");
  if (options.configs.empty() && !options.isolated && !variable("FORESHOT_CONFIG").empty())
    options.configs.push_back(variable("FORESHOT_CONFIG"));
  return std::nullopt;
}

}  // namespace

auto parse_options(std::vector<std::string> arguments, const Variables& variables) -> std::variant<Options, Stop> {
  if (const auto missing = spread_files(arguments)) return wrong("cannot read the argument file '" + *missing + "'");
  const auto first = arguments.empty() ? std::string() : arguments.front();
  if (first == "help" || first == "-h" || first == "--help") {
    arguments.erase(arguments.begin());
    if (arguments.empty())
      arguments = {"--help"};
    else
      arguments.push_back("--help");
  } else if (first == "-V" || first == "--version" || first == "version") {
    return Stop{0, "foreshot " FORESHOT_VERSION "\n", ""};
  } else if (!commands.contains(first)) {
    arguments.insert(arguments.begin(), "check");
  }

  Options options;
  Words words;
  CLI::App app("Finds migrations and queries that will hurt production.", "foreshot");
  app.require_subcommand(1);
  app.footer("foreshot PATH is foreshot check PATH. Exit codes: 0 nothing found, 1 findings, 2 wrong use.");
  auto* check = app.add_subcommand("check", "Check a project (the default)");
  add_check(check, options, words);
  add_shared(check, options, words);
  auto* rule = app.add_subcommand("rule", "Explain a rule");
  rule->add_option("RULE", options.subjects, "Code or name");
  rule->add_flag("--all", options.all_rules, "Explain all rules");
  rule->add_option("--output-format", words.rule_format, "text, json or markdown");
  rule->add_option("--color", words.color, "auto, always or never");
  auto* facts = app.add_subcommand("facts", "Print what was understood of a project");
  facts->add_option("PATH", options.paths, "Files and folders (default: .)");
  add_shared(facts, options, words);
  auto* timeline = app.add_subcommand("timeline", "Draw what a revision locks: statements, relations, until when");
  timeline->add_option("REVISION", words.revision, "Revision id, or the start of one")->required();
  timeline->add_option("PATH", options.paths, "The project (default: .)");
  add_drawing(timeline, options, words);
  auto* graph = app.add_subcommand("graph", "Draw the revision graph: heads, merges, what is released");
  graph->add_option("PATH", options.paths, "The project (default: .)");
  add_drawing(graph, options, words);
  auto* config = app.add_subcommand("config", "List the settings");
  config->add_option("KEY", options.subjects, "Only this one");

  try {
    std::reverse(arguments.begin(), arguments.end());
    app.parse(arguments);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {
      const auto asked = app.get_subcommands();
      return Stop{0, asked.empty() ? app.help() : asked.front()->help("foreshot"), ""};
    }
    std::string message = error.what();
    std::replace(message.begin(), message.end(), '\n', ' ');
    return wrong(message + " (foreshot help says what there is)");
  }
  const auto* chosen = app.get_subcommands().front();
  options.command = chosen->get_name();
  if (options.command == "rule") {
    if (words.rule_format != "text" && words.rule_format != "json" && words.rule_format != "markdown")
      return wrong("unknown output format '" + words.rule_format + "': text, json or markdown");
    if (options.subjects.empty() && !options.all_rules) return wrong("rule wants a code or name, or --all");
  }
  if (auto stop = judge(options, words, *chosen, variables)) return *stop;
  if (options.command == "rule") options.outputs = {{words.rule_format, ""}};
  if (options.command == "timeline") options.subjects = {words.revision};
  if (options.command == "timeline" || options.command == "graph") {
    if (options.outputs.empty()) options.outputs.push_back({"", ""});
    if (options.outputs.front().format.empty()) options.outputs.front().format = "text";
  }
  if (options.paths.empty()) options.paths = {"."};
  return options;
}

}  // namespace foreshot::driver
