// Message digests from OpenSSL's libcrypto, which Debian's FFmpeg libraries load as well.
#ifndef COPENSSL_H
#define COPENSSL_H

#include <openssl/evp.h>

#endif
