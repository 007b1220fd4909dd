// What Glibc's Swift module does not export: epoll, eventfd, and two calls that need _GNU_SOURCE.
// That macro would change types which Glibc's module has already defined, so they are in CLinux.c.
#pragma once
#include <sys/epoll.h>
#include <sys/eventfd.h>

/// accept4(2); `address` points to a `sockaddr_storage`.
int clinux_accept4(int descriptor, void *address, unsigned int *length, int flags);

/// pthread_setname_np(3) of the calling thread.
int clinux_name_thread(const char *name);
