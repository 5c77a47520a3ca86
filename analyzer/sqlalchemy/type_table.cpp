#include "analyzer/sqlalchemy/type_table.h"

#include <algorithm>
#include <array>

#include "analyzer/sqlalchemy/argument.h"

namespace foreshot::sqlalchemy {
namespace {

using Family = Type::Family;
using Shape = TypeShape;

// Sorted by name.
constexpr std::array own{
    KnownType{"ARRAY", Shape::array, "", Family::array},
    KnownType{"BIGINT", Shape::plain, "BIGINT", Family::big_integer},
    KnownType{"BINARY", Shape::text, "BINARY"},
    KnownType{"BIT", Shape::bit, "BIT"},
    KnownType{"BLOB", Shape::plain, "BLOB"},
    KnownType{"BOOLEAN", Shape::plain, "BOOLEAN", Family::boolean},
    KnownType{"BYTEA", Shape::plain, "BYTEA"},
    KnownType{"BigInteger", Shape::plain, "BIGINT", Family::big_integer},
    KnownType{"Boolean", Shape::plain, "BOOLEAN", Family::boolean},
    KnownType{"CHAR", Shape::text, "CHAR", Family::string},
    KnownType{"CIDR", Shape::plain, "CIDR"},
    KnownType{"CITEXT", Shape::plain, "CITEXT", Family::string},
    KnownType{"CLOB", Shape::text, "CLOB", Family::string},
    KnownType{"DATE", Shape::plain, "DATE"},
    KnownType{"DATEMULTIRANGE", Shape::plain, "DATEMULTIRANGE"},
    KnownType{"DATERANGE", Shape::plain, "DATERANGE"},
    KnownType{"DATETIME", Shape::plain, "DATETIME"},
    KnownType{"DECIMAL", Shape::numeric, "DECIMAL", Family::numeric},
    KnownType{"DOMAIN", Shape::domain, ""},
    KnownType{"DOUBLE", Shape::plain, "DOUBLE", Family::numeric},
    KnownType{"DOUBLE_PRECISION", Shape::plain, "DOUBLE PRECISION", Family::numeric},
    KnownType{"Date", Shape::plain, "DATE"},
    KnownType{"DateTime", Shape::temporal, "TIMESTAMP"},
    KnownType{"Double", Shape::plain, "DOUBLE PRECISION", Family::numeric},
    KnownType{"ENUM", Shape::enumeration, "", Family::enumeration},
    KnownType{"Enum", Shape::enumeration, "", Family::enumeration},
    KnownType{"FLOAT", Shape::floating, "FLOAT", Family::numeric},
    KnownType{"Float", Shape::floating, "FLOAT", Family::numeric},
    KnownType{"HSTORE", Shape::plain, "HSTORE"},
    KnownType{"INET", Shape::plain, "INET"},
    KnownType{"INT", Shape::plain, "INTEGER", Family::integer},
    KnownType{"INT4MULTIRANGE", Shape::plain, "INT4MULTIRANGE"},
    KnownType{"INT4RANGE", Shape::plain, "INT4RANGE"},
    KnownType{"INT8MULTIRANGE", Shape::plain, "INT8MULTIRANGE"},
    KnownType{"INT8RANGE", Shape::plain, "INT8RANGE"},
    KnownType{"INTEGER", Shape::plain, "INTEGER", Family::integer},
    KnownType{"INTERVAL", Shape::interval, "INTERVAL"},
    KnownType{"Integer", Shape::plain, "INTEGER", Family::integer},
    KnownType{"Interval", Shape::generic_interval, "INTERVAL"},
    KnownType{"JSON", Shape::plain, "JSON"},
    KnownType{"JSONB", Shape::plain, "JSONB"},
    KnownType{"JSONPATH", Shape::plain, "JSONPATH"},
    KnownType{"LargeBinary", Shape::plain, "BYTEA"},
    KnownType{"MACADDR", Shape::plain, "MACADDR"},
    KnownType{"MACADDR8", Shape::plain, "MACADDR8"},
    KnownType{"MONEY", Shape::plain, "MONEY"},
    KnownType{"MatchType", Shape::plain, "BOOLEAN", Family::boolean},
    KnownType{"NCHAR", Shape::text, "NCHAR", Family::string},
    KnownType{"NUMERIC", Shape::numeric, "NUMERIC", Family::numeric},
    KnownType{"NUMMULTIRANGE", Shape::plain, "NUMMULTIRANGE"},
    KnownType{"NUMRANGE", Shape::plain, "NUMRANGE"},
    KnownType{"NVARCHAR", Shape::text, "NVARCHAR", Family::string},
    KnownType{"Numeric", Shape::numeric, "NUMERIC", Family::numeric},
    KnownType{"OID", Shape::plain, "OID"},
    KnownType{"PickleType", Shape::plain, "BYTEA"},
    KnownType{"REAL", Shape::plain, "REAL", Family::numeric},
    KnownType{"REGCLASS", Shape::plain, "REGCLASS"},
    KnownType{"REGCONFIG", Shape::plain, "REGCONFIG"},
    KnownType{"SMALLINT", Shape::plain, "SMALLINT", Family::small_integer},
    KnownType{"SmallInteger", Shape::plain, "SMALLINT", Family::small_integer},
    KnownType{"String", Shape::text, "VARCHAR", Family::string},
    KnownType{"TEXT", Shape::text, "TEXT", Family::string},
    KnownType{"TIME", Shape::temporal, "TIME"},
    KnownType{"TIMESTAMP", Shape::temporal, "TIMESTAMP"},
    KnownType{"TSMULTIRANGE", Shape::plain, "TSMULTIRANGE"},
    KnownType{"TSQUERY", Shape::plain, "TSQUERY"},
    KnownType{"TSRANGE", Shape::plain, "TSRANGE"},
    KnownType{"TSTZMULTIRANGE", Shape::plain, "TSTZMULTIRANGE"},
    KnownType{"TSTZRANGE", Shape::plain, "TSTZRANGE"},
    KnownType{"TSVECTOR", Shape::plain, "TSVECTOR"},
    KnownType{"Text", Shape::text, "TEXT", Family::string},
    KnownType{"Time", Shape::temporal, "TIME"},
    KnownType{"UUID", Shape::plain, "UUID"},
    KnownType{"Unicode", Shape::text, "VARCHAR", Family::string},
    KnownType{"UnicodeText", Shape::text, "TEXT", Family::string},
    KnownType{"Uuid", Shape::uuid, "UUID"},
    KnownType{"VARBINARY", Shape::text, "VARBINARY"},
    KnownType{"VARCHAR", Shape::text, "VARCHAR", Family::string},
};

struct ForeignType {
  std::string_view package;
  KnownType type;
};

// Types of extensions, by the package that they are imported from.
constexpr std::array extensions{
    ForeignType{"advanced_alchemy", {"BigIntIdentity", Shape::plain, "BIGINT", Family::big_integer}},
    ForeignType{"advanced_alchemy", {"DateTimeUTC", Shape::always_zoned, "TIMESTAMP"}},
    ForeignType{"advanced_alchemy", {"GUID", Shape::plain, "UUID"}},
    ForeignType{"advanced_alchemy", {"JsonB", Shape::plain, "JSONB"}},
    ForeignType{"advanced_alchemy", {"ORA_JSONB", Shape::plain, "JSONB"}},
    ForeignType{"citext", {"CIText", Shape::plain, "CITEXT", Family::string}},
    ForeignType{"fastapi_users_db_sqlalchemy", {"GUID", Shape::plain, "UUID"}},
    ForeignType{"fastapi_users_db_sqlalchemy", {"TIMESTAMPAware", Shape::always_zoned, "TIMESTAMP"}},
    ForeignType{"geoalchemy2", {"Geography", Shape::spatial, "geography"}},
    ForeignType{"geoalchemy2", {"Geometry", Shape::spatial, "geometry"}},
    ForeignType{"geoalchemy2", {"Raster", Shape::plain, "raster"}},
    ForeignType{"oslo_db", {"JsonEncodedDict", Shape::plain, "TEXT", Family::string}},
    ForeignType{"oslo_db", {"JsonEncodedList", Shape::plain, "TEXT", Family::string}},
    ForeignType{"oslo_db", {"SoftDeleteInteger", Shape::plain, "INTEGER", Family::integer}},
    ForeignType{"oslo_db", {"String", Shape::text, "VARCHAR", Family::string}},
    ForeignType{"pgvector", {"BIT", Shape::bit, "BIT"}},
    ForeignType{"pgvector", {"HALFVEC", Shape::vector, "HALFVEC"}},
    ForeignType{"pgvector", {"SPARSEVEC", Shape::vector, "SPARSEVEC"}},
    ForeignType{"pgvector", {"VECTOR", Shape::vector, "VECTOR"}},
    ForeignType{"pgvector", {"Vector", Shape::vector, "VECTOR"}},
    ForeignType{"sqlalchemy_json", {"MutableJson", Shape::plain, "JSON"}},
    ForeignType{"sqlalchemy_json", {"NestedMutableJson", Shape::plain, "JSON"}},
    ForeignType{"sqlalchemy_utc", {"UtcDateTime", Shape::always_zoned, "TIMESTAMP"}},
    ForeignType{"sqlalchemy_utils", {"ArrowType", Shape::plain, "TIMESTAMP WITHOUT TIME ZONE"}},
    ForeignType{"sqlalchemy_utils", {"ChoiceType", Shape::fixed_text, "255", Family::string}},
    ForeignType{"sqlalchemy_utils", {"ColorType", Shape::fixed_text, "20", Family::string}},
    ForeignType{"sqlalchemy_utils", {"CountryType", Shape::fixed_text, "2", Family::string}},
    ForeignType{"sqlalchemy_utils", {"CurrencyType", Shape::fixed_text, "3", Family::string}},
    ForeignType{"sqlalchemy_utils", {"EmailType", Shape::fixed_text, "255", Family::string}},
    ForeignType{"sqlalchemy_utils", {"EncryptedType", Shape::plain, "BYTEA"}},
    ForeignType{"sqlalchemy_utils", {"IPAddressType", Shape::fixed_text, "50", Family::string}},
    ForeignType{"sqlalchemy_utils", {"JSONType", Shape::plain, "JSON"}},
    ForeignType{"sqlalchemy_utils", {"LocaleType", Shape::fixed_text, "10", Family::string}},
    ForeignType{"sqlalchemy_utils", {"LtreeType", Shape::plain, "LTREE"}},
    ForeignType{"sqlalchemy_utils", {"PasswordType", Shape::plain, "BYTEA"}},
    ForeignType{"sqlalchemy_utils", {"PhoneNumberType", Shape::fixed_text, "20", Family::string}},
    ForeignType{"sqlalchemy_utils", {"ScalarListType", Shape::plain, "TEXT", Family::string}},
    ForeignType{"sqlalchemy_utils", {"StringEncryptedType", Shape::plain, "VARCHAR", Family::string}},
    ForeignType{"sqlalchemy_utils", {"TSVectorType", Shape::plain, "TSVECTOR"}},
    ForeignType{"sqlalchemy_utils", {"TimezoneType", Shape::fixed_text, "50", Family::string}},
    ForeignType{"sqlalchemy_utils", {"URLType", Shape::plain, "TEXT", Family::string}},
    ForeignType{"sqlalchemy_utils", {"UUIDType", Shape::plain, "UUID"}},
    ForeignType{"sqlmodel", {"AutoString", Shape::text, "VARCHAR", Family::string}},
    ForeignType{"sqlmodel", {"GUID", Shape::plain, "UUID"}},
};

}  // namespace

auto find_type(std::string_view dotted) -> const KnownType* {
  const auto package = dotted.substr(0, dotted.find('.'));
  const auto name = last_part(dotted);
  if (package != "sqlalchemy")
    for (const auto& extension : extensions)
      if (extension.package == package && extension.type.name == name) return &extension.type;
  // Packages that re-export SQLAlchemy's own names.
  if (package != "sqlalchemy" && package != "sqlmodel" && package != "flask_sqlalchemy") return nullptr;
  const auto found = std::lower_bound(own.begin(), own.end(), name,
                                      [](const KnownType& type, std::string_view wanted) { return type.name < wanted; });
  if (found == own.end() || found->name != name) return nullptr;
  return found;
}

}  // namespace foreshot::sqlalchemy
