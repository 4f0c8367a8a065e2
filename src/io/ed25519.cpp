#include "io/ed25519.hpp"

#include <openssl/evp.h>

#include <memory>

namespace fleetwatch::io {

namespace {

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

Key private_key(const Ed25519Seed& seed) {
  return Key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
}

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

std::optional<Ed25519PublicKey> ed25519_public_key(const Ed25519Seed& seed) {
  const Key key = private_key(seed);
  Ed25519PublicKey bytes{};
  std::size_t size = bytes.size();
  if (!key || EVP_PKEY_get_raw_public_key(key.get(), bytes.data(), &size) != 1) return std::nullopt;
  return bytes;
}

std::optional<Ed25519Signature> ed25519_sign(const Ed25519Seed& seed, std::string_view text) {
  const Key key = private_key(seed);
  const Context context(EVP_MD_CTX_new());
  if (!key || !context) return std::nullopt;
  if (EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1) return std::nullopt;
  Ed25519Signature signature{};
  std::size_t size = signature.size();
  if (EVP_DigestSign(context.get(), signature.data(), &size, bytes_of(text), text.size()) != 1) return std::nullopt;
  return signature;
}

}  // namespace fleetwatch::io
