// Speech as telephony platforms usually keep it.
#pragma once

#include <string>

#include "tests/fake_vendors/speech.h"

namespace callimport::fake_vendors {

// Mono MP3 at 48 kbit/s. Empty when this machine's FFmpeg cannot.
std::string EncodeMp3(const Samples& samples);

}  // namespace callimport::fake_vendors
