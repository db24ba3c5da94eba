# Every outside library, found once. Which of ours may use which: tools/check_layers.py.
find_package(gRPC CONFIG REQUIRED)  # brings protobuf, Abseil and OpenSSL
find_package(Protobuf REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(CURL REQUIRED)
find_package(Threads REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(nlohmann_json CONFIG REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED)
find_package(GTest CONFIG REQUIRED)
find_package(PkgConfig REQUIRED)
find_library(CIVETWEB_LIBRARY civetweb REQUIRED)
find_library(TCMALLOC_LIBRARY libtcmalloc_minimal.so.4 REQUIRED)
pkg_check_modules(libpqxx REQUIRED IMPORTED_TARGET libpqxx)
pkg_check_modules(libpq REQUIRED IMPORTED_TARGET libpq)
pkg_check_modules(ffmpeg REQUIRED IMPORTED_TARGET libavformat libavcodec libswresample libavutil)
pkg_check_modules(seccomp REQUIRED IMPORTED_TARGET libseccomp)
pkg_check_modules(sphinx REQUIRED IMPORTED_TARGET sphinxbase)
pkg_get_variable(POCKETSPHINX_MODEL_DIR pocketsphinx modeldir)
find_library(POCKETSPHINX_LIBRARY pocketsphinx REQUIRED)

# google/rpc/*.proto: Debian carries them with this Go package.
find_path(GOOGLE_RPC_PROTO_DIR google/rpc/status.proto REQUIRED
  PATHS /usr/share/gocode/src/github.com/gogo/googleapis NO_DEFAULT_PATH)

# grpc/health/v1/health.proto and its neighbours.
find_path(GRPC_PROTO_DIR grpc/health/v1/health.proto REQUIRED
  PATHS /usr/share/grpc-proto NO_DEFAULT_PATH)
