/** A PROXY protocol header of version 2. `command`: with the version; `family`: with the transport. */
export function proxyV2({ command = 0x21, family, rest }: { command?: number; family: number; rest: Buffer }): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(rest.length);
  return Buffer.concat([Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1'), Buffer.from([command, family]), length, rest]);
}
