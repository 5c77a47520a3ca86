#include "analyzer/report/svg.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/report/drawn_text.h"

namespace foreshot::report {
namespace {

constexpr std::string_view style =
    "text{font:12px ui-monospace,Menlo,Consolas,monospace;fill:#1f2328}"
    ".dim{fill:#656d76}.strong{font-weight:600}"
    ".edge{fill:none;stroke:#656d76;stroke-width:1.5}.needs{fill:none;stroke:#656d76;stroke-dasharray:3 3}"
    ".node{fill:#0969da}.released{fill:#afb8c1}.head{fill:#1a7f37}"
    ".weak{fill:#8c959f}.writes{fill:#bf8700}.reads{fill:#cf222e}.rule{fill:#d0d7de}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.dim{fill:#8d96a0}.node{fill:#4493f8}.released{fill:#484f58}"
    ".head{fill:#3fb950}.rule{fill:#30363d}.writes{fill:#d29922}.reads{fill:#f85149}}";

auto attribute(std::string_view classes) -> std::string { return classes.empty() ? std::string() : fmt::format(" class=\"{}\"", classes); }

}  // namespace

auto xml_text(std::string_view text) -> std::string {
  std::string out;
  const auto clean = drawn(text);
  for (const auto letter : clean) switch (letter) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += letter;
    }
  return out;
}

auto Svg::reach(double x, double y) -> void {
  width_ = std::max(width_, x);
  height_ = std::max(height_, y);
}

auto Svg::text(double x, double y, std::string_view classes, std::string_view content) -> void {
  body_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\"{} xml:space=\"preserve\">{}</text>\n", x, y, attribute(classes), xml_text(content));
  reach(x + letter * static_cast<double>(drawn_width(content)), y + 4);
}

auto Svg::turned_text(double x, double y, std::string_view classes, std::string_view content) -> void {
  body_ += fmt::format("<text x=\"{0:.1f}\" y=\"{1:.1f}\"{2} transform=\"rotate(-60 {0:.1f} {1:.1f})\">{3}</text>\n", x, y,
                       attribute(classes), xml_text(content));
  reach(x + letter * static_cast<double>(drawn_width(content)) / 2, y);
}

auto Svg::rectangle(double x, double y, double width, double height, std::string_view classes, std::string_view title) -> void {
  body_ += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" rx=\"2\"{}>", x, y, width, height, attribute(classes));
  if (!title.empty()) body_ += "<title>" + xml_text(title) + "</title>";
  body_ += "</rect>\n";
  reach(x + width, y + height);
}

auto Svg::circle(double x, double y, double radius, std::string_view classes, std::string_view title) -> void {
  body_ += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{:.1f}\"{}>", x, y, radius, attribute(classes));
  if (!title.empty()) body_ += "<title>" + xml_text(title) + "</title>";
  body_ += "</circle>\n";
  reach(x + radius, y + radius);
}

auto Svg::curve(double x1, double y1, double x2, double y2, std::string_view classes) -> void {
  if (x1 == x2)
    body_ += fmt::format("<path d=\"M{:.1f} {:.1f}V{:.1f}\"{}/>\n", x1, y1, y2, attribute(classes));
  else
    body_ += fmt::format("<path d=\"M{0:.1f} {1:.1f}C{0:.1f} {3:.1f} {2:.1f} {1:.1f} {2:.1f} {3:.1f}\"{4}/>\n", x1, y1, x2, y2, attribute(classes));
  reach(std::max(x1, x2), std::max(y1, y2));
}

auto Svg::finish(std::string_view title) const -> std::string {
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" viewBox=\"0 0 {0:.0f} {1:.0f}\" role=\"img\">\n"
      "<title>{2}</title>\n<style>{3}</style>\n{4}</svg>\n",
      width_ + 12, height_ + 12, xml_text(title), style, body_);
}

}  // namespace foreshot::report
