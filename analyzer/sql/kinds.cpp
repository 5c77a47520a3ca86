#include "analyzer/sql/kinds.h"

namespace foreshot::sql {

auto object_kind(ObjectType type) -> ObjectKind {
  switch (type) {
    case OBJECT_TABLE:
      return ObjectKind::table;
    case OBJECT_INDEX:
      return ObjectKind::index;
    case OBJECT_VIEW:
      return ObjectKind::view;
    case OBJECT_MATVIEW:
      return ObjectKind::materialized_view;
    case OBJECT_SEQUENCE:
      return ObjectKind::sequence;
    case OBJECT_TYPE:
      return ObjectKind::type;
    case OBJECT_DOMAIN:
      return ObjectKind::domain;
    case OBJECT_SCHEMA:
      return ObjectKind::schema;
    case OBJECT_FUNCTION:
    case OBJECT_PROCEDURE:
    case OBJECT_ROUTINE:
    case OBJECT_AGGREGATE:
      return ObjectKind::function;
    case OBJECT_TRIGGER:
      return ObjectKind::trigger;
    case OBJECT_EXTENSION:
      return ObjectKind::extension;
    case OBJECT_POLICY:
      return ObjectKind::policy;
    case OBJECT_RULE:
      return ObjectKind::rule;
    case OBJECT_DATABASE:
      return ObjectKind::database;
    case OBJECT_TABLESPACE:
      return ObjectKind::tablespace;
    case OBJECT_TABCONSTRAINT:
      return ObjectKind::constraint;
    case OBJECT_COLUMN:
      return ObjectKind::column;
    case OBJECT_FOREIGN_TABLE:
      return ObjectKind::foreign_table;
    case OBJECT_STATISTIC_EXT:
      return ObjectKind::statistics;
    default:
      return ObjectKind::other;
  }
}

auto object_words(ObjectType type) -> const char* {
  switch (type) {
    case OBJECT_ACCESS_METHOD:
      return "ACCESS METHOD";
    case OBJECT_AGGREGATE:
      return "AGGREGATE";
    case OBJECT_CAST:
      return "CAST";
    case OBJECT_COLLATION:
      return "COLLATION";
    case OBJECT_CONVERSION:
      return "CONVERSION";
    case OBJECT_DATABASE:
      return "DATABASE";
    case OBJECT_DOMAIN:
    case OBJECT_DOMCONSTRAINT:
      return "DOMAIN";
    case OBJECT_EVENT_TRIGGER:
      return "EVENT TRIGGER";
    case OBJECT_EXTENSION:
      return "EXTENSION";
    case OBJECT_FDW:
      return "FOREIGN DATA WRAPPER";
    case OBJECT_FOREIGN_SERVER:
      return "SERVER";
    case OBJECT_FOREIGN_TABLE:
      return "FOREIGN TABLE";
    case OBJECT_FUNCTION:
      return "FUNCTION";
    case OBJECT_INDEX:
      return "INDEX";
    case OBJECT_LANGUAGE:
      return "LANGUAGE";
    case OBJECT_LARGEOBJECT:
      return "LARGE OBJECT";
    case OBJECT_MATVIEW:
      return "MATERIALIZED VIEW";
    case OBJECT_OPCLASS:
      return "OPERATOR CLASS";
    case OBJECT_OPERATOR:
      return "OPERATOR";
    case OBJECT_OPFAMILY:
      return "OPERATOR FAMILY";
    case OBJECT_POLICY:
      return "POLICY";
    case OBJECT_PROCEDURE:
      return "PROCEDURE";
    case OBJECT_PUBLICATION:
      return "PUBLICATION";
    case OBJECT_ROLE:
      return "ROLE";
    case OBJECT_ROUTINE:
      return "ROUTINE";
    case OBJECT_RULE:
      return "RULE";
    case OBJECT_SCHEMA:
      return "SCHEMA";
    case OBJECT_SEQUENCE:
      return "SEQUENCE";
    case OBJECT_STATISTIC_EXT:
      return "STATISTICS";
    case OBJECT_SUBSCRIPTION:
      return "SUBSCRIPTION";
    case OBJECT_TABLE:
    case OBJECT_COLUMN:
    case OBJECT_TABCONSTRAINT:
      return "TABLE";
    case OBJECT_TABLESPACE:
      return "TABLESPACE";
    case OBJECT_TRANSFORM:
      return "TRANSFORM";
    case OBJECT_TRIGGER:
      return "TRIGGER";
    case OBJECT_TSCONFIGURATION:
      return "TEXT SEARCH CONFIGURATION";
    case OBJECT_TSDICTIONARY:
      return "TEXT SEARCH DICTIONARY";
    case OBJECT_TSPARSER:
      return "TEXT SEARCH PARSER";
    case OBJECT_TSTEMPLATE:
      return "TEXT SEARCH TEMPLATE";
    case OBJECT_ATTRIBUTE:
    case OBJECT_TYPE:
      return "TYPE";
    case OBJECT_USER_MAPPING:
      return "USER MAPPING";
    case OBJECT_VIEW:
      return "VIEW";
    default:
      return "OBJECT";
  }
}

}  // namespace foreshot::sql
