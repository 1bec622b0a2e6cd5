// glibc's settings of the heap, which Swift's Glibc module leaves out.
#ifndef CMALLOC_H
#define CMALLOC_H

#include <malloc.h>

#endif
