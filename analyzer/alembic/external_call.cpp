#include "analyzer/alembic/external_call.h"

#include <algorithm>
#include <iterator>

namespace foreshot::alembic {

auto is_external(std::string_view dotted) -> bool {
  static constexpr std::string_view functions[] = {
      "time.sleep",        "asyncio.sleep",    "urllib.request.urlopen", "urllib.request.urlretrieve", "urllib3.request",
      "os.system",         "os.popen",         "smtplib.SMTP",           "smtplib.SMTP_SSL",           "socket.create_connection",
      "http.client.HTTPConnection", "http.client.HTTPSConnection", "urllib3.PoolManager", "redis.Redis", "redis.from_url",
      "redis.StrictRedis", "aiohttp.ClientSession", "aiohttp.request",   "elasticsearch.Elasticsearch", "kafka.KafkaProducer",
      "asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell"};
  if (std::find(std::begin(functions), std::end(functions), dotted) != std::end(functions)) return true;
  const auto of = [&](std::string_view library, std::initializer_list<std::string_view> names) {
    if (!dotted.starts_with(library)) return false;
    return std::find(names.begin(), names.end(), dotted.substr(library.size())) != names.end();
  };
  const auto requests = {std::string_view("get"), std::string_view("post"), std::string_view("put"),
                         std::string_view("patch"), std::string_view("delete"), std::string_view("head"),
                         std::string_view("options"), std::string_view("request"), std::string_view("stream"),
                         std::string_view("Session"), std::string_view("Client"), std::string_view("AsyncClient")};
  return of("requests.", requests) || of("httpx.", requests) ||
         of("subprocess.", {"run", "call", "check_call", "check_output", "Popen", "getoutput", "getstatusoutput"}) ||
         of("boto3.", {"client", "resource"}) || of("boto3.session.", {"Session"}) ||
         of("google.cloud.storage.", {"Client"}) || of("google.cloud.pubsub_v1.", {"PublisherClient"});
}

auto is_database_error(std::string_view name) -> bool {
  static constexpr std::string_view names[] = {
      "Exception",     "BaseException",  "SQLAlchemyError", "DBAPIError", "ProgrammingError",  "OperationalError",
      "IntegrityError", "InternalError", "DatabaseError",   "DataError",  "NotSupportedError", "StatementError"};
  const auto dot = name.rfind('.');
  if (dot != std::string_view::npos) {
    const auto library = name.substr(0, dot);
    if (library != "builtins" && !library.starts_with("sqlalchemy.")) return false;
    name.remove_prefix(dot + 1);
  }
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

auto asks_for_known_error(std::string_view test) -> bool {
  static constexpr std::string_view words[] = {"already exists", "does not exist", "duplicate key"};
  return std::any_of(std::begin(words), std::end(words), [&](std::string_view word) { return test.find(word) != std::string_view::npos; });
}

}  // namespace foreshot::alembic
