// Turns a healthy answer into one that went wrong.
#pragma once

#include "tests/fake_vendors/faults.h"
#include "tests/fake_vendors/http/message.h"

namespace callimport::fake_vendors {

HttpResponse Spoil(const Fault& fault, HttpResponse healthy);

// What a media store says to an address that is no longer good.
HttpResponse ExpiredAddress();
HttpResponse ForgedAddress();

}  // namespace callimport::fake_vendors
