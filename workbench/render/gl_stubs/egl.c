/* A stand-in for libEGL.so.1: every function skia-python 144.1 wants from it, and each answers 0.
 *
 * Painting on the processor calls none of them; they are here so that the module can be loaded.
 * Built, without the C library, by `make` in this folder:
 *   $(CC) -shared -fPIC -Os -nostdlib -s -Wl,-soname,libEGL.so.1 -Wl,-z,noexecstack -o MACHINE/libEGL.so.1 egl.c
 */
#define ANSWER_NOTHING(name) long name(void) { return 0; }

ANSWER_NOTHING(eglGetCurrentDisplay)
ANSWER_NOTHING(eglGetProcAddress)
ANSWER_NOTHING(eglQueryString)
