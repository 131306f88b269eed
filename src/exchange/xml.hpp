#pragma once

#include <memory>
#include <string_view>

#include "exchange/reader.hpp"
#include "exchange/source.hpp"
#include "exchange/writer.hpp"

namespace spindle::exchange {

/// XML 1.0, UTF-8, as docs/history.xsd says:
///
///   <history xmlns="urn:spindle:history:1">
///     <value machine="vmc-1" signal="power" t="2024-03-14T00:00:00.000000Z" quality="good"
///            unit="kW" type="real">1.5</value>
///     <point machine="…" signal="…" t="…" min="1" average="1.25" max="2" last="1.5" count="60"
///            unit="kW"/>
///   </history>
///
/// `quality` and `unit` may be missing (good, none), `type` too when there is no value. The reader
/// passes over other elements, and refuses document type declarations.
inline constexpr std::string_view xml_namespace = "urn:spindle:history:1";

[[nodiscard]] std::unique_ptr<Writer> make_xml_writer(const WriterOptions& options);
[[nodiscard]] std::unique_ptr<Reader> make_xml_reader(std::unique_ptr<Source> source);

}  // namespace spindle::exchange
