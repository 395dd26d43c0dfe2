# Turns pinyin.txt into a header. cmake -DFROM=… -DTO=… -P embed.cmake
file(READ "${FROM}" text)
file(WRITE "${TO}" "#pragma once\ninline constexpr char kPinyin[] = R\"~~~(${text})~~~\";\n")
