// A small application from text: its models, and what its functions do with the database, one line each.
//
//     relationship Order.customer in order        a lazy relationship that is read once for each `order`
//     query in name                               a statement that runs once for each `name`
//     same query in name                          a statement that runs again in each round, though nothing of it changes
//     delete Customer                             bulk delete Customer
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/driver/application_facts.h"

namespace foreshot::testing {

inline const std::string shop = R"(from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

class Base(DeclarativeBase):
    pass

class Customer(Base):
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    orders: Mapped[list["Order"]] = relationship(back_populates="customer")

class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    customer: Mapped["Customer"] = relationship(back_populates="orders")
)";

struct Application {
  Project project;
  interpret::ModuleIndex modules;

  explicit Application(const std::vector<std::pair<std::string, std::string>>& texts) {
    for (const auto& [path, text] : texts) {
      auto module = std::make_unique<interpret::SourceModule>();
      module->file = project.sources.add(path, text);
      module->path = path;
      module->tree = python::parse(module->file, project.sources.file(module->file).text);
      modules.add(std::move(module));
    }
    modules.freeze();
    driver::read_models(project, modules, {}, {}, 1);
    driver::read_application(project, modules, {}, {}, 1);
  }

  // The views of the shop.
  static auto of(const std::string& views) -> Application {
    return Application({{"models.py", shop}, {"views.py", "from sqlalchemy import select\nfrom models import Customer, Order\n" + views}});
  }

  auto model(const std::string& name) const -> const Model& {
    for (const auto& each : project.models)
      if (each.name == name) return each;
    static const Model none;
    return none;
  }

  auto lines() const -> std::vector<std::string> {
    std::vector<std::string> all;
    for (const auto& load : project.loads) {
      if (load.leaves_loop || load.once) continue;
      if (load.kind == Load::Kind::query) all.push_back("query in " + load.variable);
      else if (load.kind == Load::Kind::same_query) all.push_back("same query in " + load.variable);
      else if (load.kind == Load::Kind::relationship) all.push_back("relationship " + project.model(load.model).name + "." + load.attribute + " in " + load.variable);
    }
    for (const auto& each : project.deletes) all.push_back((each.bulk ? "bulk delete " : "delete ") + project.model(each.model).name);
    return all;
  }
};

using Lines = std::vector<std::string>;

}  // namespace foreshot::testing
