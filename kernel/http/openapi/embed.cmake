# Turns kernel_api.json into a header. cmake -DFROM=… -DTO=… -P embed.cmake
file(READ "${FROM}" text)
file(WRITE "${TO}" "#pragma once\ninline constexpr char kKernelApi[] = R\"~~~(${text})~~~\";\n")
