// SPDX-License-Identifier: MIT

using System.Net.Sockets;
using System.Runtime.InteropServices;
using Vma.Posix;

namespace Vma.Qemu.Host;

/// <summary>Bytes over a Unix socket together with an open file, which the framework does not offer.</summary>
internal static class DescriptorMessage
{
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int Rights = 1; // SCM_RIGHTS
    private const int NoSignal = 0x4000; // MSG_NOSIGNAL

    /// <summary>Sends bytes, and returns how many were sent. The file went with the first.</summary>
    public static unsafe int Send(Socket socket, ReadOnlySpan<byte> bytes, SafeHandle descriptor)
    {
        bool held = false;
        descriptor.DangerousAddRef(ref held);
        try
        {
            fixed (byte* data = bytes)
            {
                var part = new IoVector { Base = data, Length = (nuint)bytes.Length };
                var control = new ControlMessage
                {
                    Length = ControlMessage.HeaderLength + sizeof(int),
                    Level = SocketLevel,
                    Type = Rights,
                    Descriptor = (int)descriptor.DangerousGetHandle(),
                };
                var message = new MessageHeader { Parts = &part, PartCount = 1, Control = &control, ControlLength = (nuint)sizeof(ControlMessage) };
                while (true)
                {
                    nint sent = LibC.SendMessage(socket.SafeHandle, &message, NoSignal);
                    if (sent >= 0)
                    {
                        return (int)sent;
                    }

                    int error = Marshal.GetLastPInvokeError();
                    if (error != LibC.Interrupted)
                    {
                        throw new SocketException(error, Marshal.GetPInvokeErrorMessage(error));
                    }
                }
            }
        }
        finally
        {
            if (held)
            {
                descriptor.DangerousRelease();
            }
        }
    }

    private unsafe struct IoVector
    {
        public byte* Base;
        public nuint Length;
    }

    // struct msghdr and struct cmsghdr with one int, on 64 bits.
    private unsafe struct MessageHeader
    {
        public void* Address;
        public ulong AddressLength;
        public IoVector* Parts;
        public nuint PartCount;
        public ControlMessage* Control;
        public nuint ControlLength;
        public ulong Flags;
    }

    [StructLayout(LayoutKind.Sequential, Size = 24)]
    private struct ControlMessage
    {
        public const int HeaderLength = 16;
        public nuint Length;
        public int Level;
        public int Type;
        public int Descriptor;
    }
}
