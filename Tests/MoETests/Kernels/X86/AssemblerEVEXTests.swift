#if arch(x86_64) && !os(Windows)
  import MoE
  import Testing

  /// Expected bytes are a system assembler's, from the line beside them.
  @Suite("Assembler: EVEX")
  struct AssemblerEVEXTests {
    static let encodings: [Encoding] = [
      Encoding("vaddps zmm0, zmm16, zmm5", "62 F1 7C 40 58 C5") {
        $0.vector(.vaddps, .z(0), .z(16), .z(5))
      },
      Encoding("vaddps zmm20, zmm0, zmm31", "62 81 7C 48 58 E7") {
        $0.vector(.vaddps, .z(20), .z(0), .z(31))
      },
      Encoding("vaddps zmm0, zmm0, zmmword ptr [rax]", "62 F1 7C 48 58 00") {
        $0.vector(.vaddps, .z(0), .z(0), .at(.rax))
      },
      Encoding("vaddps zmm1, zmm31, dword ptr [rax]{1to16}", "62 F1 04 50 58 08") {
        $0.vector(.vaddps, .z(1), .z(31), .at(.rax).broadcast)
      },
      Encoding("vmulps zmm1, zmm23, zmm16", "62 B1 44 40 59 C8") {
        $0.vector(.vmulps, .z(1), .z(23), .z(16))
      },
      Encoding("vmulps zmm21, zmm1, zmm31", "62 81 74 48 59 EF") {
        $0.vector(.vmulps, .z(21), .z(1), .z(31))
      },
      Encoding("vmulps zmm5, zmm1, zmmword ptr [rbx + 64]", "62 F1 74 48 59 6B 01") {
        $0.vector(.vmulps, .z(5), .z(1), .at(.rbx, 64))
      },
      Encoding("vmulps zmm6, zmm30, dword ptr [rbp + 4]{1to16}", "62 F1 0C 50 59 75 01") {
        $0.vector(.vmulps, .z(6), .z(30), .at(.rbp, 4).broadcast)
      },
      Encoding("vsubps zmm2, zmm30, zmm27", "62 91 0C 40 5C D3") {
        $0.vector(.vsubps, .z(2), .z(30), .z(27))
      },
      Encoding("vsubps zmm22, zmm2, zmm31", "62 81 6C 48 5C F7") {
        $0.vector(.vsubps, .z(22), .z(2), .z(31))
      },
      Encoding("vsubps zmm10, zmm2, zmmword ptr [rsi - 8192]", "62 71 6C 48 5C 56 80") {
        $0.vector(.vsubps, .z(10), .z(2), .at(.rsi, -8192))
      },
      Encoding("vsubps zmm11, zmm29, dword ptr [r10 - 512]{1to16}", "62 51 14 50 5C 5A 80") {
        $0.vector(.vsubps, .z(11), .z(29), .at(.r10, -512).broadcast)
      },
      Encoding("vminps zmm3, zmm5, zmm6", "62 F1 54 48 5D DE") {
        $0.vector(.vminps, .z(3), .z(5), .z(6))
      },
      Encoding("vminps zmm23, zmm3, zmm31", "62 81 64 48 5D FF") {
        $0.vector(.vminps, .z(23), .z(3), .z(31))
      },
      Encoding("vminps zmm15, zmm3, zmmword ptr [r9 + 8128]", "62 51 64 48 5D 79 7F") {
        $0.vector(.vminps, .z(15), .z(3), .at(.r9, 8128))
      },
      Encoding("vminps zmm16, zmm28, dword ptr [r15 + 508]{1to16}", "62 C1 1C 50 5D 47 7F") {
        $0.vector(.vminps, .z(16), .z(28), .at(.r15, 508).broadcast)
      },
      Encoding("vdivps zmm4, zmm12, zmm17", "62 B1 1C 48 5E E1") {
        $0.vector(.vdivps, .z(4), .z(12), .z(17))
      },
      Encoding("vdivps zmm24, zmm4, zmm31", "62 01 5C 48 5E C7") {
        $0.vector(.vdivps, .z(24), .z(4), .z(31))
      },
      Encoding("vdivps zmm20, zmm4, zmmword ptr [r12 + 8192]", "62 C1 5C 48 5E A4 24 00 20 00 00") {
        $0.vector(.vdivps, .z(20), .z(4), .at(.r12, 8192))
      },
      Encoding(
        "vdivps zmm21, zmm27, dword ptr [rsp + 512]{1to16}", "62 E1 24 50 5E AC 24 00 02 00 00"
      ) { $0.vector(.vdivps, .z(21), .z(27), .at(.rsp, 512).broadcast) },
      Encoding("vmaxps zmm5, zmm19, zmm28", "62 91 64 40 5F EC") {
        $0.vector(.vmaxps, .z(5), .z(19), .z(28))
      },
      Encoding("vmaxps zmm25, zmm5, zmm31", "62 01 54 48 5F CF") {
        $0.vector(.vmaxps, .z(25), .z(5), .z(31))
      },
      Encoding("vmaxps zmm25, zmm5, zmmword ptr [r15 + 100]", "62 41 54 48 5F 8F 64 00 00 00") {
        $0.vector(.vmaxps, .z(25), .z(5), .at(.r15, 100))
      },
      Encoding("vmaxps zmm26, zmm26, dword ptr [r9 - 516]{1to16}", "62 41 2C 50 5F 91 FC FD FF FF")
      { $0.vector(.vmaxps, .z(26), .z(26), .at(.r9, -516).broadcast) },
      Encoding("vandps zmm6, zmm26, zmm7", "62 F1 2C 40 54 F7") {
        $0.vector(.vandps, .z(6), .z(26), .z(7))
      },
      Encoding("vandps zmm26, zmm6, zmm31", "62 01 4C 48 54 D7") {
        $0.vector(.vandps, .z(26), .z(6), .z(31))
      },
      Encoding("vandps zmm30, zmm6, zmmword ptr [rdx - 64]", "62 61 4C 48 54 72 FF") {
        $0.vector(.vandps, .z(30), .z(6), .at(.rdx, -64))
      },
      Encoding("vandps zmm31, zmm25, dword ptr [r14]{1to16}", "62 41 34 50 54 3E") {
        $0.vector(.vandps, .z(31), .z(25), .at(.r14).broadcast)
      },
      Encoding("vorps zmm8, zmm8, zmm29", "62 11 3C 48 56 C5") {
        $0.vector(.vorps, .z(8), .z(8), .z(29))
      },
      Encoding("vorps zmm28, zmm8, zmm31", "62 01 3C 48 56 E7") {
        $0.vector(.vorps, .z(28), .z(8), .z(31))
      },
      Encoding("vorps zmm8, zmm8, zmmword ptr [r8 + 64]", "62 51 3C 48 56 40 01") {
        $0.vector(.vorps, .z(8), .z(8), .at(.r8, 64))
      },
      Encoding("vorps zmm9, zmm23, dword ptr [r8 - 512]{1to16}", "62 51 44 50 56 48 80") {
        $0.vector(.vorps, .z(9), .z(23), .at(.r8, -512).broadcast)
      },
      Encoding("vxorps zmm9, zmm15, zmm8", "62 51 04 48 57 C8") {
        $0.vector(.vxorps, .z(9), .z(15), .z(8))
      },
      Encoding("vxorps zmm29, zmm9, zmm31", "62 01 34 48 57 EF") {
        $0.vector(.vxorps, .z(29), .z(9), .z(31))
      },
      Encoding("vxorps zmm13, zmm9, zmmword ptr [r11 - 8192]", "62 51 34 48 57 6B 80") {
        $0.vector(.vxorps, .z(13), .z(9), .at(.r11, -8192))
      },
      Encoding("vxorps zmm14, zmm22, dword ptr [r13 + 508]{1to16}", "62 51 4C 50 57 75 7F") {
        $0.vector(.vxorps, .z(14), .z(22), .at(.r13, 508).broadcast)
      },
      Encoding("vunpcklps zmm10, zmm22, zmm19", "62 31 4C 40 14 D3") {
        $0.vector(.vunpcklps, .z(10), .z(22), .z(19))
      },
      Encoding("vunpcklps zmm30, zmm10, zmm31", "62 01 2C 48 14 F7") {
        $0.vector(.vunpcklps, .z(30), .z(10), .z(31))
      },
      Encoding("vunpcklps zmm18, zmm10, zmmword ptr [r14 + 8128]", "62 C1 2C 48 14 56 7F") {
        $0.vector(.vunpcklps, .z(18), .z(10), .at(.r14, 8128))
      },
      Encoding(
        "vunpcklps zmm19, zmm21, dword ptr [rdx + 512]{1to16}", "62 E1 54 50 14 9A 00 02 00 00"
      ) { $0.vector(.vunpcklps, .z(19), .z(21), .at(.rdx, 512).broadcast) },
      Encoding("vunpckhps zmm11, zmm29, zmm30", "62 11 14 40 15 DE") {
        $0.vector(.vunpckhps, .z(11), .z(29), .z(30))
      },
      Encoding("vunpckhps zmm31, zmm11, zmm31", "62 01 24 48 15 FF") {
        $0.vector(.vunpckhps, .z(31), .z(11), .z(31))
      },
      Encoding("vunpckhps zmm23, zmm11, zmmword ptr [rcx + 8192]", "62 E1 24 48 15 B9 00 20 00 00")
      { $0.vector(.vunpckhps, .z(23), .z(11), .at(.rcx, 8192)) },
      Encoding(
        "vunpckhps zmm24, zmm20, dword ptr [rdi - 516]{1to16}", "62 61 5C 50 15 87 FC FD FF FF"
      ) { $0.vector(.vunpckhps, .z(24), .z(20), .at(.rdi, -516).broadcast) },
      Encoding("vunpcklpd zmm12, zmm4, zmm9", "62 51 DD 48 14 E1") {
        $0.vector(.vunpcklpd, .z(12), .z(4), .z(9))
      },
      Encoding("vunpcklpd zmm0, zmm12, zmm31", "62 91 9D 48 14 C7") {
        $0.vector(.vunpcklpd, .z(0), .z(12), .z(31))
      },
      Encoding(
        "vunpcklpd zmm28, zmm12, zmmword ptr [rsp + 100]", "62 61 9D 48 14 A4 24 64 00 00 00"
      ) { $0.vector(.vunpcklpd, .z(28), .z(12), .at(.rsp, 100)) },
      Encoding("vunpckhpd zmm13, zmm11, zmm20", "62 31 A5 48 15 EC") {
        $0.vector(.vunpckhpd, .z(13), .z(11), .z(20))
      },
      Encoding("vunpckhpd zmm1, zmm13, zmm31", "62 91 95 48 15 CF") {
        $0.vector(.vunpckhpd, .z(1), .z(13), .z(31))
      },
      Encoding("vunpckhpd zmm1, zmm13, zmmword ptr [rdi - 64]", "62 F1 95 48 15 4F FF") {
        $0.vector(.vunpckhpd, .z(1), .z(13), .at(.rdi, -64))
      },
      Encoding("vpaddd zmm14, zmm18, zmm31", "62 11 6D 40 FE F7") {
        $0.vector(.vpaddd, .z(14), .z(18), .z(31))
      },
      Encoding("vpaddd zmm2, zmm14, zmm31", "62 91 0D 48 FE D7") {
        $0.vector(.vpaddd, .z(2), .z(14), .z(31))
      },
      Encoding("vpaddd zmm6, zmm14, zmmword ptr [r10]", "62 D1 0D 48 FE 32") {
        $0.vector(.vpaddd, .z(6), .z(14), .at(.r10))
      },
      Encoding("vpaddd zmm7, zmm17, dword ptr [rsi - 512]{1to16}", "62 F1 75 50 FE 7E 80") {
        $0.vector(.vpaddd, .z(7), .z(17), .at(.rsi, -512).broadcast)
      },
      Encoding("vpsubd zmm15, zmm25, zmm10", "62 51 35 40 FA FA") {
        $0.vector(.vpsubd, .z(15), .z(25), .z(10))
      },
      Encoding("vpsubd zmm3, zmm15, zmm31", "62 91 05 48 FA DF") {
        $0.vector(.vpsubd, .z(3), .z(15), .z(31))
      },
      Encoding("vpsubd zmm11, zmm15, zmmword ptr [r13 + 64]", "62 51 05 48 FA 5D 01") {
        $0.vector(.vpsubd, .z(11), .z(15), .at(.r13, 64))
      },
      Encoding("vpsubd zmm12, zmm16, dword ptr [r11 + 508]{1to16}", "62 51 7D 50 FA 63 7F") {
        $0.vector(.vpsubd, .z(12), .z(16), .at(.r11, 508).broadcast)
      },
      Encoding("vfmadd213ps zmm17, zmm7, zmm0", "62 E2 45 48 A8 C8") {
        $0.vector(.vfmadd213ps, .z(17), .z(7), .z(0))
      },
      Encoding("vfmadd213ps zmm5, zmm1, zmm31", "62 92 75 48 A8 EF") {
        $0.vector(.vfmadd213ps, .z(5), .z(1), .z(31))
      },
      Encoding("vfmadd213ps zmm21, zmm17, zmmword ptr [rbx + 8128]", "62 E2 75 40 A8 6B 7F") {
        $0.vector(.vfmadd213ps, .z(21), .z(17), .at(.rbx, 8128))
      },
      Encoding(
        "vfmadd213ps zmm22, zmm14, dword ptr [rbp - 516]{1to16}", "62 E2 0D 58 A8 B5 FC FD FF FF"
      ) { $0.vector(.vfmadd213ps, .z(22), .z(14), .at(.rbp, -516).broadcast) },
      Encoding("vfmadd231ps zmm18, zmm14, zmm11", "62 C2 0D 48 B8 D3") {
        $0.vector(.vfmadd231ps, .z(18), .z(14), .z(11))
      },
      Encoding("vfmadd231ps zmm6, zmm2, zmm31", "62 92 6D 48 B8 F7") {
        $0.vector(.vfmadd231ps, .z(6), .z(2), .z(31))
      },
      Encoding(
        "vfmadd231ps zmm26, zmm18, zmmword ptr [rsi + 8192]", "62 62 6D 40 B8 96 00 20 00 00"
      ) { $0.vector(.vfmadd231ps, .z(26), .z(18), .at(.rsi, 8192)) },
      Encoding("vfmadd231ps zmm27, zmm13, dword ptr [r10]{1to16}", "62 42 15 58 B8 1A") {
        $0.vector(.vfmadd231ps, .z(27), .z(13), .at(.r10).broadcast)
      },
      Encoding("vfmadd231ps zmm27, zmm28, dword ptr [rsi]{1to16}", "62 62 1D 50 B8 1E") {
        $0.vector(.vfmadd231ps, .z(27), .z(28), .at(.rsi).broadcast)
      },
      Encoding("vfmadd231ps zmm27, zmm28, dword ptr [rsi + 4]{1to16}", "62 62 1D 50 B8 5E 01") {
        $0.vector(.vfmadd231ps, .z(27), .z(28), .at(.rsi, 4).broadcast)
      },
      Encoding("vfmadd231ps zmm27, zmm28, dword ptr [rsi + 508]{1to16}", "62 62 1D 50 B8 5E 7F") {
        $0.vector(.vfmadd231ps, .z(27), .z(28), .at(.rsi, 508).broadcast)
      },
      Encoding(
        "vfmadd231ps zmm27, zmm28, dword ptr [rsi + 512]{1to16}", "62 62 1D 50 B8 9E 00 02 00 00"
      ) { $0.vector(.vfmadd231ps, .z(27), .z(28), .at(.rsi, 512).broadcast) },
      Encoding("vfmadd231ps zmm27, zmm28, dword ptr [rsi - 512]{1to16}", "62 62 1D 50 B8 5E 80") {
        $0.vector(.vfmadd231ps, .z(27), .z(28), .at(.rsi, -512).broadcast)
      },
      Encoding(
        "vfmadd231ps zmm27, zmm28, dword ptr [rsi - 516]{1to16}", "62 62 1D 50 B8 9E FC FD FF FF"
      ) { $0.vector(.vfmadd231ps, .z(27), .z(28), .at(.rsi, -516).broadcast) },
      Encoding(
        "vfmadd231ps zmm27, zmm28, dword ptr [rsi + 2]{1to16}", "62 62 1D 50 B8 9E 02 00 00 00"
      ) { $0.vector(.vfmadd231ps, .z(27), .z(28), .at(.rsi, 2).broadcast) },
      Encoding("vfmadd231ps zmm27, zmm28, dword ptr [rsi + 56]{1to16}", "62 62 1D 50 B8 5E 0E") {
        $0.vector(.vfmadd231ps, .z(27), .z(28), .at(.rsi, 56).broadcast)
      },
      Encoding("vfmadd231ps zmm3, zmm31, zmmword ptr [rdx]", "62 F2 05 40 B8 1A") {
        $0.vector(.vfmadd231ps, .z(3), .z(31), .at(.rdx))
      },
      Encoding("vfmadd231ps zmm3, zmm31, zmmword ptr [rdx + 64]", "62 F2 05 40 B8 5A 01") {
        $0.vector(.vfmadd231ps, .z(3), .z(31), .at(.rdx, 64))
      },
      Encoding("vfmadd231ps zmm3, zmm31, zmmword ptr [rdx + 8128]", "62 F2 05 40 B8 5A 7F") {
        $0.vector(.vfmadd231ps, .z(3), .z(31), .at(.rdx, 8128))
      },
      Encoding("vfmadd231ps zmm3, zmm31, zmmword ptr [rdx + 8192]", "62 F2 05 40 B8 9A 00 20 00 00")
      { $0.vector(.vfmadd231ps, .z(3), .z(31), .at(.rdx, 8192)) },
      Encoding("vfmadd231ps zmm3, zmm31, zmmword ptr [rdx - 8192]", "62 F2 05 40 B8 5A 80") {
        $0.vector(.vfmadd231ps, .z(3), .z(31), .at(.rdx, -8192))
      },
      Encoding("vfmadd231ps zmm3, zmm31, zmmword ptr [rdx - 8256]", "62 F2 05 40 B8 9A C0 DF FF FF")
      { $0.vector(.vfmadd231ps, .z(3), .z(31), .at(.rdx, -8256)) },
      Encoding("vfmadd231ps zmm3, zmm31, zmmword ptr [rdx + 32]", "62 F2 05 40 B8 9A 20 00 00 00") {
        $0.vector(.vfmadd231ps, .z(3), .z(31), .at(.rdx, 32))
      },
      Encoding("vfmadd231ps zmm17, zmm3, zmmword ptr [rsp]", "62 E2 65 48 B8 0C 24") {
        $0.vector(.vfmadd231ps, .z(17), .z(3), .at(.rsp))
      },
      Encoding("vmulps zmm8, zmm30, dword ptr [rsp]{1to16}", "62 71 0C 50 59 04 24") {
        $0.vector(.vmulps, .z(8), .z(30), .at(.rsp).broadcast)
      },
      Encoding("vfmadd231ps zmm17, zmm3, zmmword ptr [r12 + 64]", "62 C2 65 48 B8 4C 24 01") {
        $0.vector(.vfmadd231ps, .z(17), .z(3), .at(.r12, 64))
      },
      Encoding("vmulps zmm8, zmm30, dword ptr [r12 + 256]{1to16}", "62 51 0C 50 59 44 24 40") {
        $0.vector(.vmulps, .z(8), .z(30), .at(.r12, 256).broadcast)
      },
      Encoding("vfmadd231ps zmm17, zmm3, zmmword ptr [rbp]", "62 E2 65 48 B8 4D 00") {
        $0.vector(.vfmadd231ps, .z(17), .z(3), .at(.rbp))
      },
      Encoding("vmulps zmm8, zmm30, dword ptr [rbp]{1to16}", "62 71 0C 50 59 45 00") {
        $0.vector(.vmulps, .z(8), .z(30), .at(.rbp).broadcast)
      },
      Encoding("vfmadd231ps zmm17, zmm3, zmmword ptr [r13]", "62 C2 65 48 B8 4D 00") {
        $0.vector(.vfmadd231ps, .z(17), .z(3), .at(.r13))
      },
      Encoding("vmulps zmm8, zmm30, dword ptr [r13]{1to16}", "62 51 0C 50 59 45 00") {
        $0.vector(.vmulps, .z(8), .z(30), .at(.r13).broadcast)
      },
      Encoding("vfmadd231ps zmm17, zmm3, zmmword ptr [rsp + 4*r9]", "62 A2 65 48 B8 0C 8C") {
        $0.vector(.vfmadd231ps, .z(17), .z(3), .at(.rsp, .r9, scale: 4))
      },
      Encoding("vmulps zmm8, zmm30, dword ptr [rsp + 4*r9]{1to16}", "62 31 0C 50 59 04 8C") {
        $0.vector(.vmulps, .z(8), .z(30), .at(.rsp, .r9, scale: 4).broadcast)
      },
      Encoding("vfmadd231ps zmm17, zmm3, zmmword ptr [rbp + 2*r15 + 64]", "62 A2 65 48 B8 4C 7D 01")
      { $0.vector(.vfmadd231ps, .z(17), .z(3), .at(.rbp, .r15, scale: 2, 64)) },
      Encoding(
        "vmulps zmm8, zmm30, dword ptr [rbp + 2*r15 + 256]{1to16}", "62 31 0C 50 59 44 7D 40"
      ) { $0.vector(.vmulps, .z(8), .z(30), .at(.rbp, .r15, scale: 2, 256).broadcast) },
      Encoding("vfmadd231ps zmm17, zmm3, zmmword ptr [r13 + 8*rax]", "62 C2 65 48 B8 4C C5 00") {
        $0.vector(.vfmadd231ps, .z(17), .z(3), .at(.r13, .rax, scale: 8))
      },
      Encoding("vmulps zmm8, zmm30, dword ptr [r13 + 8*rax]{1to16}", "62 51 0C 50 59 44 C5 00") {
        $0.vector(.vmulps, .z(8), .z(30), .at(.r13, .rax, scale: 8).broadcast)
      },
      Encoding(
        "vfmadd231ps zmm17, zmm3, zmmword ptr [r12 + 1*rbp - 1]", "62 C2 65 48 B8 8C 2C FF FF FF FF"
      ) { $0.vector(.vfmadd231ps, .z(17), .z(3), .at(.r12, .rbp, -1)) },
      Encoding(
        "vmulps zmm8, zmm30, dword ptr [r12 + 1*rbp - 1]{1to16}", "62 51 0C 50 59 84 2C FF FF FF FF"
      ) { $0.vector(.vmulps, .z(8), .z(30), .at(.r12, .rbp, -1).broadcast) },
      Encoding("vaddps ymm16, ymm1, ymm2", "62 E1 74 28 58 C2") {
        $0.vector(.vaddps, .y(16), .y(1), .y(2))
      },
      Encoding("vaddps ymm1, ymm2, ymm16", "62 B1 6C 28 58 C8") {
        $0.vector(.vaddps, .y(1), .y(2), .y(16))
      },
      Encoding("vaddps xmm1, xmm31, xmm2", "62 F1 04 00 58 CA") {
        $0.vector(.vaddps, .x(1), .x(31), .x(2))
      },
      Encoding("vaddps ymm17, ymm1, ymmword ptr [rax + 32]", "62 E1 74 28 58 48 01") {
        $0.vector(.vaddps, .y(17), .y(1), .at(.rax, 32))
      },
      Encoding("vaddps xmm17, xmm1, xmmword ptr [rax + 16]", "62 E1 74 08 58 48 01") {
        $0.vector(.vaddps, .x(17), .x(1), .at(.rax, 16))
      },
      Encoding("vaddps ymm1, ymm2, dword ptr [rax + 4]{1to8}", "62 F1 6C 38 58 48 01") {
        $0.vector(.vaddps, .y(1), .y(2), .at(.rax, 4).broadcast)
      },
      Encoding("vaddps xmm1, xmm2, dword ptr [rax + 4]{1to4}", "62 F1 6C 18 58 48 01") {
        $0.vector(.vaddps, .x(1), .x(2), .at(.rax, 4).broadcast)
      },
      Encoding("vaddps zmm1{k1}, zmm2, zmm3", "62 F1 6C 49 58 CB") {
        $0.vector(.vaddps, .z(1), .z(2), .z(3), mask: .k1)
      },
      Encoding("vaddps zmm17{k7}{z}, zmm2, zmm30", "62 81 6C CF 58 CE") {
        $0.vector(.vaddps, .z(17), .z(2), .z(30), mask: .k7, zeroing: true)
      },
      Encoding("vmulps ymm1{k2}{z}, ymm2, ymmword ptr [rcx + 32]", "62 F1 6C AA 59 49 01") {
        $0.vector(.vmulps, .y(1), .y(2), .at(.rcx, 32), mask: .k2, zeroing: true)
      },
      Encoding("vfmadd231ps zmm1{k3}, zmm2, dword ptr [rcx + 4]{1to16}", "62 F2 6D 5B B8 49 01") {
        $0.vector(.vfmadd231ps, .z(1), .z(2), .at(.rcx, 4).broadcast, mask: .k3)
      },
      Encoding("vmovups zmm0, zmmword ptr [rdi]", "62 F1 7C 48 10 07") {
        $0.vector(.vmovups, .z(0), .at(.rdi))
      },
      Encoding("vmovups zmmword ptr [rdi], zmm0", "62 F1 7C 48 11 07") {
        $0.vector(.vmovupsStore, .z(0), .at(.rdi))
      },
      Encoding("vmovntps zmmword ptr [rdi], zmm0", "62 F1 7C 48 2B 07") {
        $0.vector(.vmovntpsStore, .z(0), .at(.rdi))
      },
      Encoding("vmovups zmm16, zmmword ptr [r13 + 64]", "62 C1 7C 48 10 45 01") {
        $0.vector(.vmovups, .z(16), .at(.r13, 64))
      },
      Encoding("vmovups zmmword ptr [r13 + 64], zmm16", "62 C1 7C 48 11 45 01") {
        $0.vector(.vmovupsStore, .z(16), .at(.r13, 64))
      },
      Encoding("vmovups zmm31, zmmword ptr [rsp + 8128]", "62 61 7C 48 10 7C 24 7F") {
        $0.vector(.vmovups, .z(31), .at(.rsp, 8128))
      },
      Encoding("vmovups zmmword ptr [rsp + 8128], zmm31", "62 61 7C 48 11 7C 24 7F") {
        $0.vector(.vmovupsStore, .z(31), .at(.rsp, 8128))
      },
      Encoding("vmovups zmm9, zmmword ptr [rax + 4*r9 + 8192]", "62 31 7C 48 10 8C 88 00 20 00 00")
      { $0.vector(.vmovups, .z(9), .at(.rax, .r9, scale: 4, 8192)) },
      Encoding("vmovups zmmword ptr [rax + 4*r9 + 8192], zmm9", "62 31 7C 48 11 8C 88 00 20 00 00")
      { $0.vector(.vmovupsStore, .z(9), .at(.rax, .r9, scale: 4, 8192)) },
      Encoding("vmovups zmm5{k1}{z}, zmmword ptr [rcx + 64]", "62 F1 7C C9 10 69 01") {
        $0.vector(.vmovups, .z(5), .at(.rcx, 64), mask: .k1, zeroing: true)
      },
      Encoding("vmovups zmmword ptr [rcx + 64]{k2}, zmm20", "62 E1 7C 4A 11 61 01") {
        $0.vector(.vmovupsStore, .z(20), .at(.rcx, 64), mask: .k2)
      },
      Encoding("vmovups zmm1, zmm29", "62 91 7C 48 10 CD") { $0.vector(.vmovups, .z(1), .z(29)) },
      Encoding("vmovups ymm20, ymmword ptr [rcx + 32]", "62 E1 7C 28 10 61 01") {
        $0.vector(.vmovups, .y(20), .at(.rcx, 32))
      },
      Encoding("vmovaps zmm0, zmmword ptr [rdi]", "62 F1 7C 48 28 07") {
        $0.vector(.vmovaps, .z(0), .at(.rdi))
      },
      Encoding("vmovaps zmmword ptr [rdi], zmm0", "62 F1 7C 48 29 07") {
        $0.vector(.vmovapsStore, .z(0), .at(.rdi))
      },
      Encoding("vmovaps zmm16, zmmword ptr [r13 + 64]", "62 C1 7C 48 28 45 01") {
        $0.vector(.vmovaps, .z(16), .at(.r13, 64))
      },
      Encoding("vmovaps zmmword ptr [r13 + 64], zmm16", "62 C1 7C 48 29 45 01") {
        $0.vector(.vmovapsStore, .z(16), .at(.r13, 64))
      },
      Encoding("vmovaps zmm31, zmmword ptr [rsp + 8128]", "62 61 7C 48 28 7C 24 7F") {
        $0.vector(.vmovaps, .z(31), .at(.rsp, 8128))
      },
      Encoding("vmovaps zmmword ptr [rsp + 8128], zmm31", "62 61 7C 48 29 7C 24 7F") {
        $0.vector(.vmovapsStore, .z(31), .at(.rsp, 8128))
      },
      Encoding("vmovaps zmm9, zmmword ptr [rax + 4*r9 + 8192]", "62 31 7C 48 28 8C 88 00 20 00 00")
      { $0.vector(.vmovaps, .z(9), .at(.rax, .r9, scale: 4, 8192)) },
      Encoding("vmovaps zmmword ptr [rax + 4*r9 + 8192], zmm9", "62 31 7C 48 29 8C 88 00 20 00 00")
      { $0.vector(.vmovapsStore, .z(9), .at(.rax, .r9, scale: 4, 8192)) },
      Encoding("vmovaps zmm5{k1}{z}, zmmword ptr [rcx + 64]", "62 F1 7C C9 28 69 01") {
        $0.vector(.vmovaps, .z(5), .at(.rcx, 64), mask: .k1, zeroing: true)
      },
      Encoding("vmovaps zmmword ptr [rcx + 64]{k2}, zmm20", "62 E1 7C 4A 29 61 01") {
        $0.vector(.vmovapsStore, .z(20), .at(.rcx, 64), mask: .k2)
      },
      Encoding("vmovaps zmm1, zmm29", "62 91 7C 48 28 CD") { $0.vector(.vmovaps, .z(1), .z(29)) },
      Encoding("vmovaps ymm20, ymmword ptr [rcx + 32]", "62 E1 7C 28 28 61 01") {
        $0.vector(.vmovaps, .y(20), .at(.rcx, 32))
      },
      Encoding("vbroadcastss zmm1, dword ptr [rsi]", "62 F2 7D 48 18 0E") {
        $0.vector(.vbroadcastss, .z(1), .at(.rsi))
      },
      Encoding("vbroadcastss zmm30, dword ptr [rsi + 4]", "62 62 7D 48 18 76 01") {
        $0.vector(.vbroadcastss, .z(30), .at(.rsi, 4))
      },
      Encoding("vbroadcastss zmm31, dword ptr [r12 + 508]", "62 42 7D 48 18 7C 24 7F") {
        $0.vector(.vbroadcastss, .z(31), .at(.r12, 508))
      },
      Encoding("vbroadcastss zmm16, dword ptr [r13 + 512]", "62 C2 7D 48 18 85 00 02 00 00") {
        $0.vector(.vbroadcastss, .z(16), .at(.r13, 512))
      },
      Encoding("vbroadcastss zmm8, dword ptr [rsi + 4*r8 - 512]", "62 32 7D 48 18 44 86 80") {
        $0.vector(.vbroadcastss, .z(8), .at(.rsi, .r8, scale: 4, -512))
      },
      Encoding("vbroadcastss zmm3, xmm19", "62 B2 7D 48 18 DB") {
        $0.vector(.vbroadcastss, .z(3), .x(19))
      },
      Encoding("vsqrtps zmm11, zmm22", "62 31 7C 48 51 DE") { $0.vector(.vsqrtps, .z(11), .z(22)) },
      Encoding("vsqrtps zmm18, zmmword ptr [rbp + 64]", "62 E1 7C 48 51 55 01") {
        $0.vector(.vsqrtps, .z(18), .at(.rbp, 64))
      },
      Encoding("vcvtdq2ps zmm11, zmm22", "62 31 7C 48 5B DE") {
        $0.vector(.vcvtdq2ps, .z(11), .z(22))
      },
      Encoding("vcvtdq2ps zmm18, zmmword ptr [rbp + 64]", "62 E1 7C 48 5B 55 01") {
        $0.vector(.vcvtdq2ps, .z(18), .at(.rbp, 64))
      },
      Encoding("vpslld zmm3, zmm4, 23", "62 F1 65 48 72 F4 17") {
        $0.vector(.vpslld, .z(3), .z(4), immediate: 23)
      },
      Encoding("vpslld zmm23, zmm30, 16", "62 91 45 40 72 F6 10") {
        $0.vector(.vpslld, .z(23), .z(30), immediate: 16)
      },
      Encoding("vpsrad zmm3, zmm4, 23", "62 F1 65 48 72 E4 17") {
        $0.vector(.vpsrad, .z(3), .z(4), immediate: 23)
      },
      Encoding("vpsrad zmm23, zmm30, 16", "62 91 45 40 72 E6 10") {
        $0.vector(.vpsrad, .z(23), .z(30), immediate: 16)
      },
      Encoding("vcmpps k1, zmm2, zmm3, 1", "62 F1 6C 48 C2 CB 01") {
        $0.compare(.k1, .z(2), .z(3), predicate: 1)
      },
      Encoding("vcmpps k7, zmm18, zmm25, 13", "62 91 6C 40 C2 F9 0D") {
        $0.compare(.k7, .z(18), .z(25), predicate: 13)
      },
      Encoding("vblendmps zmm1{k2}, zmm3, zmm20", "62 B2 65 4A 65 CC") {
        $0.vector(.vblendmps, .z(1), .z(3), .z(20), mask: .k2)
      },
      Encoding("vinsertf32x4 zmm1, zmm2, xmm3, 3", "62 F3 6D 48 18 CB 03") {
        $0.vector(.vinsertf128, .z(1), .z(2), .x(3), immediate: 3)
      },
      Encoding(
        "vinsertf32x4 zmm21, zmm21, xmmword ptr [rax + 2*r9 + 16], 2", "62 A3 55 40 18 6C 48 01 02"
      ) { $0.vector(.vinsertf128, .z(21), .z(21), .at(.rax, .r9, scale: 2, 16), immediate: 2) },
    ]

    @Test("matches the system assembler", arguments: encodings)
    func encoding(_ encoding: Encoding) {
      #expect(encoding.emitted == encoding.expected)
    }
  }
#endif
