// A picture as SVG text: shapes are added in drawing order, the size grows with them. Colours are classes that follow the
// page's light or dark scheme.
#pragma once

#include <string>
#include <string_view>

namespace foreshot::report {

class Svg {
 public:
  static constexpr double letter = 7.2;  // width of a letter of the 12 px monospace font

  auto text(double x, double y, std::string_view classes, std::string_view content) -> void;
  auto turned_text(double x, double y, std::string_view classes, std::string_view content) -> void;  // reads upwards
  auto rectangle(double x, double y, double width, double height, std::string_view classes, std::string_view title = {}) -> void;
  auto circle(double x, double y, double radius, std::string_view classes, std::string_view title = {}) -> void;
  // From (x1, y1) down to (x2, y2), bending where x changes.
  auto curve(double x1, double y1, double x2, double y2, std::string_view classes) -> void;

  auto finish(std::string_view title) const -> std::string;

 private:
  auto reach(double x, double y) -> void;
  std::string body_;
  double width_ = 0, height_ = 0;
};

// Text for XML: the five characters that mean something, and what XML 1.0 does not allow.
auto xml_text(std::string_view text) -> std::string;

}  // namespace foreshot::report
