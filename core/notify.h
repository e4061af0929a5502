/* notify.h: tells systemd how a service is doing, by the protocol of
 * sd_notify(3): a datagram to $NOTIFY_SOCKET. Without one nothing happens. */
#ifndef GALLEY_CORE_NOTIFY_H
#define GALLEY_CORE_NOTIFY_H

/* "READY=1", "RELOADING=1", "STOPPING=1", "STATUS=...", "WATCHDOG=1". */
void notify(const char *state);
/* How often the watchdog wants to hear, in ns, halved to be on the safe side; 0
 * when there is none. */
unsigned long long notify_watchdog(void);

#endif
