// What Glibc's Swift module does not export: epoll, eventfd, accept4, thread names.
// No _GNU_SOURCE here: it changes types that Glibc's module has already defined. A call that needs
// it is declared by hand or lives in CLinux.c.
#pragma once
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

int accept4(int descriptor, struct sockaddr *address, socklen_t *length, int flags);
int pthread_setname_np(pthread_t thread, const char *name);
