#include "sdk/inspection/elf.hpp"

#include <elf.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

namespace onebudget::inspection {
namespace {

#if defined(__x86_64__)
constexpr std::uint16_t kMachine = EM_X86_64;
constexpr const char* kMachineName = "x86-64";
#elif defined(__aarch64__)
constexpr std::uint16_t kMachine = EM_AARCH64;
constexpr const char* kMachineName = "aarch64";
#elif defined(__loongarch__)
constexpr std::uint16_t kMachine = 258;
constexpr const char* kMachineName = "loongarch64";
#else
#error "name this machine's ELF number"
#endif

constexpr std::uint64_t kMostSegments = 64;
constexpr std::uint64_t kMostDynamic = 4096;
constexpr std::uint64_t kMostSymbols = 1 << 20;
constexpr std::uint64_t kMostNotes = 256;
constexpr std::uint64_t kMostRelocations = 1 << 22;

Fault bad(const std::string& zh, const std::string& en) {
  return fault(FaultKind::rule, "host.elf",
               {"插件文件不可用：" + zh + "。请重新取得或重新构建该插件。",
                "The plugin's library cannot be used: " + en + ". Fetch or build the plugin again."});
}
Fault outside(const char* what) {
  return bad(std::string(what) + " 指向文件之外，文件已截断或损坏",
             std::string(what) + " points outside the file, which is cut short or damaged");
}

class Reader {
 public:
  explicit Reader(std::string_view file) : file_(file) {}

  Result<ElfFacts> read() {
    OB_CHECK(header());
    OB_CHECK(segments());
    OB_CHECK(dynamic());
    OB_CHECK(symbols());
    OB_CHECK(relocations());
    return std::move(facts_);
  }

 private:
  template <class T>
  std::optional<T> at(std::uint64_t offset) const {
    if (offset > file_.size() || file_.size() - offset < sizeof(T)) return std::nullopt;
    T value;
    std::memcpy(&value, file_.data() + offset, sizeof(T));
    return value;
  }

  /// The file's bytes behind [address, address + size), if one loaded segment holds all of them.
  [[nodiscard]] std::optional<std::uint64_t> offset_of(std::uint64_t address, std::uint64_t size) const {
    for (const auto& load : loads_) {
      if (address < load.p_vaddr || address - load.p_vaddr > load.p_filesz) continue;
      const auto inside = address - load.p_vaddr;
      if (load.p_filesz - inside < size) continue;
      return load.p_offset + inside;
    }
    return std::nullopt;
  }
  [[nodiscard]] bool in_image(std::uint64_t address, std::uint64_t size, bool writable) const {
    return std::ranges::any_of(loads_, [&](const Elf64_Phdr& load) {
      if (address < load.p_vaddr || address - load.p_vaddr > load.p_memsz) return false;
      return load.p_memsz - (address - load.p_vaddr) >= size && (!writable || (load.p_flags & PF_W) != 0);
    });
  }

  Result<void> header() {
    const auto found = at<Elf64_Ehdr>(0);
    if (!found || std::memcmp(found->e_ident, ELFMAG, SELFMAG) != 0)
      return bad("它不是 ELF 共享库", "it is not an ELF shared library");
    head_ = *found;
    if (head_.e_ident[EI_CLASS] != ELFCLASS64 || head_.e_ident[EI_DATA] != ELFDATA2LSB || head_.e_machine != kMachine) {
      return bad(std::string("它是为别的处理器构建的，本机为 ") + kMachineName,
                 std::string("it was built for another processor; this machine is ") + kMachineName);
    }
    if (head_.e_ident[EI_VERSION] != EV_CURRENT || head_.e_version != EV_CURRENT || head_.e_type != ET_DYN ||
        head_.e_phentsize != sizeof(Elf64_Phdr) || head_.e_phnum == 0 || head_.e_phnum > kMostSegments) {
      return bad("它不是共享库，或文件头已损坏", "it is not a shared library, or its header is damaged");
    }
    if (head_.e_ident[EI_OSABI] != ELFOSABI_SYSV && head_.e_ident[EI_OSABI] != ELFOSABI_GNU) {
      return bad("它是为别的系统构建的", "it was built for another system");
    }
    return {};
  }

  Result<void> segments() {
    bool stack_seen = false;
    std::uint64_t last_end = 0;
    for (std::uint64_t i = 0; i < head_.e_phnum; ++i) {
      const auto found = at<Elf64_Phdr>(head_.e_phoff + i * sizeof(Elf64_Phdr));
      if (!found || head_.e_phoff > file_.size()) return outside("程序头 / program header");
      const auto& segment = *found;
      const bool fits = segment.p_offset <= file_.size() && file_.size() - segment.p_offset >= segment.p_filesz;
      if (segment.p_type == PT_LOAD) {
        const bool aligned = segment.p_align <= 1 || ((segment.p_align & (segment.p_align - 1)) == 0 &&
                                                      (segment.p_vaddr - segment.p_offset) % segment.p_align == 0);
        if (!fits || segment.p_memsz < segment.p_filesz || segment.p_vaddr < last_end ||
            segment.p_memsz > (1ULL << 32) || segment.p_vaddr > (1ULL << 40) || !aligned) {
          return outside("装入段 / load segment");
        }
        last_end = segment.p_vaddr + segment.p_memsz;
        facts_.writable_code |= (segment.p_flags & (PF_W | PF_X)) == (PF_W | PF_X);
        loads_.push_back(segment);
      } else if (segment.p_type == PT_DYNAMIC) {
        if (!fits || segment.p_filesz % sizeof(Elf64_Dyn) != 0) return outside("动态段 / dynamic segment");
        dynamic_ = segment;
      } else if (segment.p_type == PT_NOTE) {
        if (!fits) return outside("注记段 / note segment");
        OB_CHECK(notes(segment));
      } else if (segment.p_type == PT_GNU_STACK) {
        stack_seen = true;
        facts_.executable_stack = (segment.p_flags & PF_X) != 0;
      } else if (!fits && segment.p_filesz != 0) {
        return outside("段 / segment");
      } else if (segment.p_type == PT_INTERP) {
        return bad("它是可执行程序而不是共享库", "it is a program, not a shared library");
      }
    }
    // Without the header the loader falls back to an executable stack.
    facts_.executable_stack |= !stack_seen;
    if (loads_.empty() || dynamic_.p_filesz == 0)
      return bad("没有装入段或动态段", "it has no load or no dynamic segment");
    if (offset_of(dynamic_.p_vaddr, dynamic_.p_filesz) != dynamic_.p_offset) return outside("动态段 / dynamic segment");
    return {};
  }

  Result<void> notes(const Elf64_Phdr& segment) {
    const std::uint64_t align = segment.p_align == 8 ? 8 : 4;
    const auto up = [align](std::uint64_t value) { return (value + align - 1) / align * align; };
    std::uint64_t from = segment.p_offset;
    const std::uint64_t end = segment.p_offset + segment.p_filesz;
    while (from < end && end - from >= sizeof(Elf64_Nhdr)) {
      const auto head = at<Elf64_Nhdr>(from);
      if (!head || facts_.notes.size() == kMostNotes) return outside("注记 / note");
      const std::uint64_t name_at = from + sizeof(Elf64_Nhdr);
      const std::uint64_t bytes_at = name_at + up(head->n_namesz);
      if (name_at + head->n_namesz > end || bytes_at > end || end - bytes_at < head->n_descsz)
        return outside("注记 / note");
      ElfNote note;
      note.type = head->n_type;
      note.owner = std::string(file_.substr(name_at, head->n_namesz));
      while (!note.owner.empty() && note.owner.back() == '\0') note.owner.pop_back();
      note.bytes = std::string(file_.substr(bytes_at, head->n_descsz));
      facts_.notes.push_back(std::move(note));
      from = bytes_at + up(head->n_descsz);
    }
    return {};
  }

  Result<void> dynamic() {
    const auto count = dynamic_.p_filesz / sizeof(Elf64_Dyn);
    if (count > kMostDynamic) return outside("动态段 / dynamic segment");
    bool ended = false;
    for (std::uint64_t i = 0; i < count && !ended; ++i) {
      const auto entry = at<Elf64_Dyn>(dynamic_.p_offset + i * sizeof(Elf64_Dyn));
      if (!entry) return outside("动态段 / dynamic segment");
      if (entry->d_tag == DT_REL) {
        return bad("重定位表的格式不属于本处理器", "its relocation table is not of this processor's form");
      }
      ended = entry->d_tag == DT_NULL;
      flags(*entry);
      tables(*entry);
    }
    if (!ended) return outside("动态段 / dynamic segment");
    return names();
  }

  /// What an entry says by being there.
  void flags(const Elf64_Dyn& entry) {
    const auto value = entry.d_un.d_val;
    switch (entry.d_tag) {
      case DT_NEEDED:
        needed_.push_back(value);
        break;
      case DT_SONAME:
        soname_ = value;
        break;
      case DT_RPATH:
      case DT_RUNPATH:
        facts_.run_path = true;
        break;
      case DT_TEXTREL:
        facts_.text_relocations = true;
        break;
      case DT_FLAGS:
        facts_.text_relocations |= (value & DF_TEXTREL) != 0;
        facts_.static_tls |= (value & DF_STATIC_TLS) != 0;
        break;
      case DT_INIT:
      case DT_FINI:
        functions_.push_back(value);
        break;
      default:
        break;
    }
  }

  /// Where a table is, or how large.
  void tables(const Elf64_Dyn& entry) {
    const std::pair<std::int64_t, std::uint64_t*> known[] = {{DT_STRTAB, &strings_},
                                                             {DT_STRSZ, &strings_size_},
                                                             {DT_SYMTAB, &symbols_},
                                                             {DT_SYMENT, &symbol_size_},
                                                             {DT_HASH, &hash_},
                                                             {DT_GNU_HASH, &gnu_hash_},
                                                             {DT_RELA, &rela_},
                                                             {DT_RELASZ, &rela_size_},
                                                             {DT_JMPREL, &plt_},
                                                             {DT_PLTRELSZ, &plt_size_},
                                                             {DT_INIT_ARRAY, &init_array_},
                                                             {DT_INIT_ARRAYSZ, &init_array_size_}};
    for (const auto& [tag, place] : known) {
      if (tag == entry.d_tag) *place = entry.d_un.d_val;
    }
  }

  Result<void> names() {
    const auto strings = offset_of(strings_, strings_size_);
    if (!strings || strings_size_ == 0) return outside("字符串表 / string table");
    text_ = file_.substr(*strings, strings_size_);
    for (const auto index : needed_) {
      OB_TRY(auto name, string_at(index));
      facts_.needed.push_back(std::move(name));
    }
    if (soname_) {
      OB_TRY(facts_.soname, string_at(*soname_));
    }
    for (const auto function : functions_) {
      if (!in_image(function, 1, false)) return outside("DT_INIT/DT_FINI");
    }
    if (init_array_size_ != 0 && !in_image(init_array_, init_array_size_, false)) return outside(".init_array");
    facts_.init_functions = init_array_size_ / sizeof(std::uint64_t);
    return {};
  }

  [[nodiscard]] Result<std::string> string_at(std::uint64_t index) const {
    if (index >= text_.size()) return outside("名称 / name");
    const auto rest = text_.substr(index);
    const auto end = rest.find('\0');
    if (end == std::string_view::npos) return outside("名称 / name");
    return std::string(rest.substr(0, end));
  }

  Result<std::uint64_t> count_symbols() {
    if (hash_ != 0) {
      const auto offset = offset_of(hash_, 2 * sizeof(std::uint32_t));
      if (!offset) return outside("DT_HASH");
      return std::uint64_t{*at<std::uint32_t>(*offset + sizeof(std::uint32_t))};
    }
    if (gnu_hash_ == 0) return bad("没有符号散列表", "it has no symbol hash table");
    const auto offset = offset_of(gnu_hash_, 4 * sizeof(std::uint32_t));
    if (!offset) return outside("DT_GNU_HASH");
    const std::uint64_t buckets = *at<std::uint32_t>(*offset);
    const std::uint64_t first = *at<std::uint32_t>(*offset + 4);
    const std::uint64_t bloom = *at<std::uint32_t>(*offset + 8);
    const std::uint64_t buckets_at = *offset + 16 + bloom * sizeof(std::uint64_t);
    const std::uint64_t chains_at = buckets_at + buckets * sizeof(std::uint32_t);
    std::uint64_t last = 0;
    for (std::uint64_t i = 0; i < buckets; ++i) {
      const auto bucket = at<std::uint32_t>(buckets_at + i * sizeof(std::uint32_t));
      if (!bucket || i > kMostSymbols) return outside("DT_GNU_HASH");
      last = std::max<std::uint64_t>(last, *bucket);
    }
    if (last < first) return first;
    for (;; ++last) {
      const auto chain = at<std::uint32_t>(chains_at + (last - first) * sizeof(std::uint32_t));
      if (!chain || last > kMostSymbols) return outside("DT_GNU_HASH");
      if ((*chain & 1U) != 0) return last + 1;
    }
  }

  Result<void> symbols() {
    OB_TRY(symbol_count_, count_symbols());
    if (symbol_size_ != sizeof(Elf64_Sym) || symbol_count_ > kMostSymbols) return outside("符号表 / symbol table");
    const auto offset = offset_of(symbols_, symbol_count_ * sizeof(Elf64_Sym));
    if (!offset) return outside("符号表 / symbol table");
    for (std::uint64_t i = 1; i < symbol_count_; ++i) {
      const auto symbol = *at<Elf64_Sym>(*offset + i * sizeof(Elf64_Sym));
      const auto binding = ELF64_ST_BIND(symbol.st_info);
      const auto visibility = ELF64_ST_VISIBILITY(symbol.st_other);
      OB_TRY(auto name, string_at(symbol.st_name));
      if (symbol.st_shndx == SHN_UNDEF) {
        if (!name.empty()) facts_.undefined.push_back(std::move(name));
        continue;
      }
      if (binding == STB_LOCAL || visibility == STV_HIDDEN || visibility == STV_INTERNAL) continue;
      if (symbol.st_shndx == SHN_ABS && ELF64_ST_TYPE(symbol.st_info) == STT_OBJECT && symbol.st_value == 0)
        continue; // version node
      if (symbol.st_shndx != SHN_ABS && ELF64_ST_TYPE(symbol.st_info) != STT_TLS &&
          !in_image(symbol.st_value, 0, false)) {
        return outside("符号 / symbol");
      }
      facts_.exported.push_back(
          {std::move(name), ELF64_ST_TYPE(symbol.st_info) == STT_FUNC, binding == STB_GNU_UNIQUE});
    }
    return {};
  }

  Result<void> relocations() {
    OB_CHECK(relocation_table(rela_, rela_size_));
    return relocation_table(plt_, plt_size_);
  }

  /// A relocation outside the image or to a missing symbol would kill the process inside the loader.
  Result<void> relocation_table(std::uint64_t address, std::uint64_t size) {
    if (size == 0) return {};
    const auto count = size / sizeof(Elf64_Rela);
    const auto offset = offset_of(address, size);
    if (!offset || size % sizeof(Elf64_Rela) != 0 || count > kMostRelocations)
      return outside("重定位表 / relocation table");
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto entry = *at<Elf64_Rela>(*offset + i * sizeof(Elf64_Rela));
      const bool writable = !facts_.text_relocations;
      if (!in_image(entry.r_offset, sizeof(std::uint64_t), writable) || ELF64_R_SYM(entry.r_info) >= symbol_count_) {
        return outside("重定位 / relocation");
      }
    }
    return {};
  }

  std::string_view file_;
  Elf64_Ehdr head_{};
  std::vector<Elf64_Phdr> loads_;
  Elf64_Phdr dynamic_{};
  std::string_view text_;
  std::vector<std::uint64_t> needed_, functions_;
  std::optional<std::uint64_t> soname_;
  std::uint64_t strings_ = 0, strings_size_ = 0, symbols_ = 0, symbol_size_ = 0, hash_ = 0, gnu_hash_ = 0;
  std::uint64_t rela_ = 0, rela_size_ = 0, plt_ = 0, plt_size_ = 0, init_array_ = 0, init_array_size_ = 0;
  std::uint64_t symbol_count_ = 0;
  ElfFacts facts_;
};

} // namespace

Result<ElfFacts> read_elf(std::string_view file) {
  Reader reader(file);
  return reader.read();
}

} // namespace onebudget::inspection
