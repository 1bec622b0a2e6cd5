// What Swift's Glibc module leaves out of the C library.
#ifndef CGLIBC_H
#define CGLIBC_H

#include <malloc.h>

// In stdio.h for _GNU_SOURCE only.
int renameat2(int old_folder, const char *old, int new_folder, const char *new_, unsigned flags);

#endif
