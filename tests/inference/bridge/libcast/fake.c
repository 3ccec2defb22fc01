/* A stand-in for the vendor's libcast: its published names, structures and calls, and its ways to
   fail. Built with -DNAME(x)=cast##x or cusCast##x, and with -DFORM=6 (a structure), -DFORM=60
   (thirteen arguments) or -DFORM=50 (twelve, without the positional callback).

   FAKE_CAST holds words separated by spaces: `stall@N` `freeze@N` `size@N` `crash@N` `back@N` (at
   frame N), `silent` `frozen` `bgra` `overlay` `disconnected` `mismatch` `reject` `refuse=PORT`
   `crash_at_end` `hang_at_end` `fps=N` `error@N`. FAKE_CAST_LOG names a file for what was called. */

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef struct { double depth, gain; } Tgc;
typedef struct {
    int width, height, bitsPerPixel, imageSize;
    double micronsPerPixel, originX, originY;
    long long tm;
    double angle, fps;
    int overlay, format;
    Tgc tgc[10];
} ImageInfo;

typedef void (*ImageFn)(const void*, const ImageInfo*, int, const void*);
typedef void (*AnyFn)(const void*);
typedef void (*IntFn)(int);
typedef void (*ErrorFn)(const char*);
typedef void (*ReturnFn)(int);
#if FORM == 6
typedef void (*ConnectFn)(int imagePort, int imuPort, int swRevMatch);
#else
typedef void (*ConnectFn)(int port, int swRevMatch);
#endif

typedef struct {
    struct { int argc; char** argv; } args;
    const char* storeDir;
    ImageFn image;
    AnyFn raw, spectral, imu;
    IntFn freeze;
    AnyFn button;
    IntFn progress;
    ErrorFn error;
    int width, height;
} Params;

static Params p;
static pthread_t thread;
static volatile int running, frozen, connected;
static int eight_bit;

static int has(const char* word)
{
    const char* all = getenv("FAKE_CAST");
    const char* at = all ? strstr(all, word) : NULL;
    return at && (at == all || at[-1] == ' ') && strchr(" @=", at[strlen(word)]) != NULL;
}

static long number(const char* word, long otherwise)
{
    const char* all = getenv("FAKE_CAST");
    const char* at = all ? strstr(all, word) : NULL;
    return at && strchr("@=", at[strlen(word)]) && at[strlen(word)]
        ? atol(at + strlen(word) + 1) : otherwise;
}

static void note(const char* format, ...)
{
    const char* name = getenv("FAKE_CAST_LOG");
    FILE* file = name ? fopen(name, "a") : NULL;
    if (!file) return;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    fprintf(file, "%lld ", now.tv_sec * 1000LL + now.tv_nsec / 1000000);
    va_list rest;
    va_start(rest, format);
    vfprintf(file, format, rest);
    va_end(rest);
    fputc('\n', file);
    fclose(file);
}

static void* stream(void* unused)
{
    (void)unused;
    long long tm = 5000000000LL;
    long fps = number("fps", 40);
    if (has("frozen")) { frozen = 1; p.freeze(1); }
    for (long n = 0; running;) {
        usleep(1000000 / fps);
        if (has("silent") || frozen) continue;
        if (n == number("stall", -1)) continue;
        if (n == number("crash", -1)) *(volatile int*)0 = 1;
        if (n == number("back", -1)) tm = 1000;
        if (n == number("freeze", -1) && !frozen) { frozen = 1; p.freeze(1); n++; continue; }
        if (n == number("error", -1)) p.error("buffer overflow in the fake");
        int width = p.width, height = p.height;
        if (number("size", -1) >= 0 && n >= number("size", -1)) { width = 96; height = 64; }
        int bytes = eight_bit ? 1 : 4;
        unsigned char* image = malloc((size_t)width * height * bytes);
        for (int i = 0; i < width * height; i++) {
            unsigned char grey = (unsigned char)(i < 2 ? n >> (8 * i) : 40 + i % 100);
            memset(image + (size_t)i * bytes, grey, bytes);
            if (bytes == 4) image[i * 4 + 3] = 255;
        }
        ImageInfo nfo = {0};
        nfo.width = width; nfo.height = height; nfo.bitsPerPixel = 8 * bytes;
        nfo.imageSize = width * height * bytes; nfo.micronsPerPixel = 75.5;
        nfo.tm = tm; nfo.fps = (double)fps; nfo.format = eight_bit ? 1 : 0;
        nfo.overlay = has("overlay") && n % 2;
        p.image(image, &nfo, 0, NULL);
        memset(image, 0x55, (size_t)width * height * bytes); /* valid inside the callback only */
        free(image);
        tm += 1000000000LL / fps;
        n++;
    }
    return NULL;
}

static int begin(void)
{
    int missing = !p.image || !p.raw || !p.spectral || !p.freeze || !p.button || !p.progress || !p.error;
#if FORM != 50
    missing = missing || !p.imu;
#endif
    if (missing) abort(); /* as the vendor's does */
    note("init %d %d", p.width, p.height);
    return 0;
}

#if FORM == 6
int NAME(Init)(const Params* params) { p = *params; return begin(); }
Params NAME(DefaultInitParams)(void) { Params none = {{0}}; return none; }
int NAME(SetPulse)(const char* a, const char* b, ReturnFn fn) { (void)a; (void)b; (void)fn; return 0; }
#elif FORM == 60
int NAME(Init)(int argc, char** argv, const char* dir, ImageFn image, AnyFn raw, AnyFn spectral,
    AnyFn imu, IntFn freeze, AnyFn button, IntFn progress, ErrorFn error, int width, int height)
{
    Params given = {{argc, argv}, dir, image, raw, spectral, imu, freeze, button, progress, error,
        width, height};
    p = given;
    return begin();
}
int NAME(SetPulse)(const char* a, const char* b, ReturnFn fn) { (void)a; (void)b; (void)fn; return 0; }
#else
int NAME(Init)(int argc, char** argv, const char* dir, ImageFn image, AnyFn raw, AnyFn spectral,
    IntFn freeze, AnyFn button, IntFn progress, ErrorFn error, int width, int height)
{
    Params given = {{argc, argv}, dir, image, raw, spectral, NULL, freeze, button, progress, error,
        width, height};
    p = given;
    return begin();
}
#endif

int NAME(Destroy)(void)
{
    note("destroy");
    running = 0;
    if (has("crash_at_end")) *(volatile int*)0 = 1;
    if (has("hang_at_end")) sleep(60);
    return 0;
}

int NAME(FwVersion)(int platform, char* version, int size)
{
    snprintf(version, (size_t)size, "%d.7.0", 10 + platform);
    return 0;
}

static void answer(ConnectFn fn, int port)
{
    int match = has("mismatch") || has("reject") ? -1 : 0;
#if FORM == 6
    fn(port, port < 0 ? -1 : port + 1, match);
#else
    fn(port, match);
#endif
}

int NAME(Connect)(const char* ip, unsigned int port, const char* cert, ConnectFn fn)
{
    note("connect %s %u %s", ip, port, cert);
    if (has("reject") || number("refuse", -1) == (long)port) { answer(fn, -1); return 0; }
    connected = running = 1;
    answer(fn, 45678);
    pthread_create(&thread, NULL, stream, NULL);
    return 0;
}

int NAME(Disconnect)(ReturnFn fn) { note("disconnect"); running = connected = 0; fn(0); return 0; }
int NAME(IsConnected)(void) { return has("disconnected") ? 0 : connected; }
int NAME(SetOutputSize)(int w, int h) { p.width = w; p.height = h; return 0; }
/* the calls that have crashed clients: they do here too */
int NAME(RawDataAvailability)(AnyFn fn) { (void)fn; note("raw"); abort(); }
int NAME(RequestRawData)(long long from, long long to, int lzo, AnyFn fn)
{
    (void)from; (void)to; (void)lzo; (void)fn;
    note("raw");
    abort();
}
int NAME(ReadRawData)(void** data, ReturnFn fn) { (void)data; (void)fn; note("raw"); abort(); }
int NAME(SeparateOverlays)(int en) { note("overlays %d", en); return 0; }
int NAME(SetFormat)(int format)
{
    note("format %d", format);
    if (has("bgra")) return -1;
    eight_bit = format == 1;
    return 0;
}

int NAME(UserFunction)(int command, double value, ReturnFn fn)
{
    note("user %d %g", command, value);
    fn(0);
    if (command == 1) { frozen = !frozen; p.freeze(frozen); }
    return 0;
}
