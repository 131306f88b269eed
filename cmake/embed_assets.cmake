# Writes a C++ file and an assembler file that carry every file of DIST inside the program, plain
# and compressed. Run as a script: cmake -DDIST=… -DOUT=… -P embed_assets.cmake
file(GLOB_RECURSE files RELATIVE ${DIST} ${DIST}/*)
list(SORT files)
file(MAKE_DIRECTORY ${OUT})

set(types_html "text/html; charset=utf-8")
set(types_js "text/javascript; charset=utf-8")
set(types_css "text/css; charset=utf-8")
set(types_svg "image/svg+xml")
set(types_png "image/png")
set(types_ico "image/x-icon")
set(types_json "application/json")
set(types_webmanifest "application/manifest+json")
set(types_woff2 "font/woff2")
set(types_txt "text/plain; charset=utf-8")

set(assembly ".section .rodata\n")
set(declarations "")
set(entries "")
set(number 0)
foreach(name ${files})
  get_filename_component(extension ${name} LAST_EXT)
  string(REGEX REPLACE "^\\." "" extension "${extension}")
  if(NOT DEFINED types_${extension})
    continue()
  endif()
  set(zipped "${OUT}/${number}.gz")
  execute_process(COMMAND gzip -9 -n -c ${DIST}/${name} OUTPUT_FILE ${zipped} COMMAND_ERROR_IS_FATAL ANY)
  file(SIZE ${DIST}/${name} plain_size)
  file(SIZE ${zipped} zipped_size)
  set(forms plain)
  set(gzip_view "{}")
  # What is compressed already, fonts and pictures, is carried once.
  math(EXPR worth_it "${plain_size} * 9 / 10")
  if(zipped_size LESS worth_it)
    list(APPEND forms zipped)
    set(gzip_view "{spindle_asset_${number}_zipped, ${zipped_size}}")
  endif()
  foreach(form ${forms})
    if(form STREQUAL plain)
      set(path ${DIST}/${name})
    else()
      set(path ${zipped})
    endif()
    string(APPEND assembly
      ".global spindle_asset_${number}_${form}\nspindle_asset_${number}_${form}:\n.incbin \"${path}\"\n")
    string(APPEND declarations "extern \"C\" const char spindle_asset_${number}_${form}[];\n")
  endforeach()
  string(APPEND entries
    "      {\"/${name}\", \"${types_${extension}}\", {spindle_asset_${number}_plain, ${plain_size}}, ${gzip_view}},\n")
  math(EXPR number "${number} + 1")
endforeach()
string(APPEND assembly ".section .note.GNU-stack,\"\",%progbits\n")

file(WRITE ${OUT}/assets.S "${assembly}")
file(WRITE ${OUT}/assets.cpp "#include \"api/server.hpp\"

${declarations}
namespace spindle::api {

const std::vector<Asset>& built_in_assets() {
  static const std::vector<Asset> assets{
${entries}  };
  return assets;
}

}  // namespace spindle::api
")
