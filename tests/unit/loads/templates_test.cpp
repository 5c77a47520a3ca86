#include <gtest/gtest.h>

#include "analyzer/loads/templates.h"

namespace foreshot::loads {
namespace {

using Paths = std::vector<std::string>;

auto meaning(Paths paths, std::string_view name, std::string_view from, std::vector<std::string> folders = {}) -> std::string {
  Templates templates(std::move(paths));
  for (const auto& folder : folders) templates.add_folder(folder);
  return std::string(templates.path_of(name, from));
}

TEST(TemplateNames, AreLookedForInFoldersOfTemplates) {
  EXPECT_EQ(meaning({"app/templates/list.html", "app/static/list.html"}, "list.html", "app/views.py"), "app/templates/list.html");
  EXPECT_EQ(meaning({"app/templates/users/list.html", "app/templates/list.html"}, "users/list.html", "app/views.py"), "app/templates/users/list.html");
  EXPECT_EQ(meaning({"app/templates/users/list.html", "app/pages/list.html"}, "list.html", "app/views.py", {"./pages/"}), "app/pages/list.html");
  EXPECT_EQ(meaning({"app/mails/list.html"}, "list.html", "app/views.py"), "app/mails/list.html");
}

TEST(TemplateNames, MayBeginWithAPackage) {
  EXPECT_EQ(meaning({"app/templates/list.jinja2"}, "app:templates/list.jinja2", "app/views.py"), "app/templates/list.jinja2");
  EXPECT_EQ(meaning({"app/admin/pages/list.jinja2", "app/pages/list.jinja2"}, "app.admin:pages/list.jinja2", "app/views.py"), "app/admin/pages/list.jinja2");
  EXPECT_EQ(meaning({"app/orders/templates/parts/list.html"}, "orders/parts/list.html", "app/views.py"), "app/orders/templates/parts/list.html");
}

TEST(TemplateNames, MeanTheNearestOfSeveralOrNone) {
  const Paths parts{"app/one/templates/list.html", "app/two/templates/list.html"};
  EXPECT_EQ(meaning(parts, "list.html", "app/two/views.py"), "app/two/templates/list.html");
  EXPECT_EQ(meaning(parts, "list.html", "app/views.py"), "");
  // The folder of the application would come first.
  EXPECT_EQ(meaning({"app/templates/list.html", "app/two/templates/list.html"}, "list.html", "app/two/views.py"), "");
  EXPECT_EQ(meaning({"app/templates/list.html"}, "other.html", "app/views.py"), "");
  EXPECT_EQ(meaning({"app/templates/mylist.html"}, "list.html", "app/views.py"), "");
}

TEST(TemplateNames, AreFoundInTexts) {
  EXPECT_EQ(template_names(R"(render("a/b.html", x=1); t = 'c.jinja2'; d.html; "no.py")"), (std::vector<std::string_view>{"a/b.html", "c.jinja2"}));
  EXPECT_EQ(included_names(R"(<a href="x.html">{% include "y.html" %}{{ "z.html" }})"), (std::vector<std::string_view>{"y.html"}));
}

}  // namespace
}  // namespace foreshot::loads
