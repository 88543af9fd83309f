#include "actors/core/messages.hpp"

namespace souk::core {

Positions BasedOn::positions() const {
  Positions all;
  if (participants) all = *participants;
  if (offset != store::kNoOffset) merge(all, {{partition, offset}});
  return all;
}

}  // namespace souk::core
