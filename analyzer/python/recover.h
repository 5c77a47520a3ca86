// Recovery reads what is readable of a text with a syntax error. Private to python/.
#pragma once

#include "analyzer/python/converter.h"

namespace foreshot::python {

class Recovery {
 public:
  Recovery(Module& module, Parser& parser, Converter& converter)
      : module_(module), parser_(parser), converter_(converter) {}
  auto statements() -> StatementList;

 private:
  Module& module_;
  Parser& parser_;
  Converter& converter_;
};

}  // namespace foreshot::python
