#include <cstdio>

int main() {
  std::puts("foreshot " FORESHOT_VERSION);
  return 0;
}
