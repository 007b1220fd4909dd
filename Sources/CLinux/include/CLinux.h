// What Glibc's Swift module does not export: epoll, eventfd, accept4.
#pragma once
#include <sys/epoll.h>
#include <sys/eventfd.h>
