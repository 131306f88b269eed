#pragma once

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace spindle::test {

/// The recordings beside the project; tests that want one skip when it is absent.
inline std::filesystem::path recordings() { return SPINDLE_SOURCE_DIR "/../shared/data"; }

/// What a program prints, for unpacking recordings; empty if it can't run.
inline std::string output_of(const std::string& command) {
  std::string out;
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  if (!pipe) return out;
  std::array<char, 65536> piece{};
  while (const auto n = std::fread(piece.data(), 1, piece.size(), pipe.get()))
    out.append(piece.data(), n);
  return out;
}

inline std::string unpacked(const std::filesystem::path& file) {
  return output_of("xzcat '" + file.string() + "'");
}

inline std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  if (std::filesystem::exists(folder))
    for (const auto& entry : std::filesystem::directory_iterator(folder))
      files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace spindle::test
