"""A line to a port of 127.0.0.1 that loses packets as a network does: the kernel drops them, by a filter on the sockets.

Argument: the port. The first line of the output is its own port. Each line of the input is the share of its clients'
packets, from 0 to 1, that is lost from then on; it is repeated in the output once that is so.
"""

import ctypes
import socket
import struct
import sys
import threading

# asm/socket.h, linux/filter.h, linux/bpf_common.h
SO_ATTACH_FILTER = 26
SO_DETACH_FILTER = 27
LOAD_RANDOM = (0x20, 0, 0, 0xFFFFF000 + 56)
KEEP = (0x06, 0, 0, 0xFFFFFFFF)
DROP = (0x06, 0, 0, 0)

lock = threading.Lock()
clients = set()
lost = 0.0


def program(share):
    if share == 1:
        return [DROP]
    # Jumps over KEEP where the random number is not above the share.
    return [LOAD_RANDOM, (0x25, 0, 1, int(share * 0xFFFFFFFF)), KEEP, DROP]


def lose(client, share):
    if share == 0:
        try:
            client.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, 0)
        except OSError:
            pass  # It has none.
        return
    steps = program(share)
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    filter = struct.pack("HL", len(steps), ctypes.addressof(code))
    client.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, filter)


def pump(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # It is closed.


def forget(client):
    with lock:
        clients.discard(client)


def serve(client, port):
    try:
        target = socket.create_connection(("127.0.0.1", port))
    except OSError:
        client.close()
        forget(client)
        return
    for end in (client, target):
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    there = threading.Thread(target=pump, args=(client, target), daemon=True)
    there.start()
    pump(target, client)
    there.join()
    client.close()
    target.close()
    forget(client)


def accept(listener, port):
    while True:
        client, _ = listener.accept()
        with lock:
            lose(client, lost)
            clients.add(client)
        threading.Thread(target=serve, args=(client, port), daemon=True).start()


listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(128)
print(listener.getsockname()[1], flush=True)
threading.Thread(target=accept, args=(listener, int(sys.argv[1])), daemon=True).start()
for line in sys.stdin:
    with lock:
        lost = float(line)
        for each in (listener, *clients):
            if each.fileno() >= 0:
                lose(each, lost)
    print(line, end="", flush=True)
