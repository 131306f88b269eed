# Writes a C++ file that carries every profile of DIR inside the program.
# Run as a script: cmake -DDIR=… -DOUT=… -P embed_profiles.cmake
file(GLOB_RECURSE files RELATIVE ${DIR} ${DIR}/*.yaml)
list(SORT files)
set(entries "")
foreach(name ${files})
  file(READ ${DIR}/${name} text)
  string(REGEX REPLACE "\\.yaml$" "" id ${name})
  string(APPEND entries "      {\"${id}\", R\"profile(${text})profile\"},\n")
endforeach()
file(WRITE ${OUT} "#include \"plant/profiles.hpp\"

namespace spindle::plant {

std::span<const ProfileText> profile_texts() {
  static constexpr ProfileText texts[]{
${entries}  };
  return texts;
}

}  // namespace spindle::plant
")
