#if arch(x86_64) && !os(Windows)
  import MoE
  import Testing

  /// Expected bytes are a system assembler's, from the line beside them.
  @Suite("Assembler: VEX")
  struct AssemblerVEXTests {
    static let encodings: [Encoding] = [
      Encoding("vaddps ymm0, ymm3, ymm5", "C5 E4 58 C5") {
        $0.vector(.vaddps, .y(0), .y(3), .y(5))
      },
      Encoding("vaddps xmm12, xmm1, xmm2", "C5 70 58 E2") {
        $0.vector(.vaddps, .x(12), .x(1), .x(2))
      },
      Encoding("vaddps ymm0, ymm0, ymmword ptr [rax]", "C5 FC 58 00") {
        $0.vector(.vaddps, .y(0), .y(0), .at(.rax))
      },
      Encoding("vmulps ymm1, ymm4, ymm6", "C5 DC 59 CE") {
        $0.vector(.vmulps, .y(1), .y(4), .y(6))
      },
      Encoding("vmulps xmm12, xmm1, xmm2", "C5 70 59 E2") {
        $0.vector(.vmulps, .x(12), .x(1), .x(2))
      },
      Encoding("vmulps ymm5, ymm1, ymmword ptr [rbx + 32]", "C5 F4 59 6B 20") {
        $0.vector(.vmulps, .y(5), .y(1), .at(.rbx, 32))
      },
      Encoding("vsubps ymm2, ymm5, ymm7", "C5 D4 5C D7") {
        $0.vector(.vsubps, .y(2), .y(5), .y(7))
      },
      Encoding("vsubps ymm9, ymm14, ymm15", "C4 41 0C 5C CF") {
        $0.vector(.vsubps, .y(9), .y(14), .y(15))
      },
      Encoding("vsubps xmm12, xmm1, xmm2", "C5 70 5C E2") {
        $0.vector(.vsubps, .x(12), .x(1), .x(2))
      },
      Encoding("vsubps ymm10, ymm2, ymmword ptr [rsi - 128]", "C5 6C 5C 56 80") {
        $0.vector(.vsubps, .y(10), .y(2), .at(.rsi, -128))
      },
      Encoding("vminps ymm3, ymm6, ymm0", "C5 CC 5D D8") {
        $0.vector(.vminps, .y(3), .y(6), .y(0))
      },
      Encoding("vminps xmm12, xmm1, xmm2", "C5 70 5D E2") {
        $0.vector(.vminps, .x(12), .x(1), .x(2))
      },
      Encoding("vminps ymm15, ymm3, ymmword ptr [r9 + 128]", "C4 41 64 5D B9 80 00 00 00") {
        $0.vector(.vminps, .y(15), .y(3), .at(.r9, 128))
      },
      Encoding("vdivps ymm4, ymm7, ymm1", "C5 C4 5E E1") {
        $0.vector(.vdivps, .y(4), .y(7), .y(1))
      },
      Encoding("vdivps ymm9, ymm14, ymm15", "C4 41 0C 5E CF") {
        $0.vector(.vdivps, .y(9), .y(14), .y(15))
      },
      Encoding("vdivps xmm12, xmm1, xmm2", "C5 70 5E E2") {
        $0.vector(.vdivps, .x(12), .x(1), .x(2))
      },
      Encoding("vdivps ymm4, ymm4, ymmword ptr [r12 + 100]", "C4 C1 5C 5E 64 24 64") {
        $0.vector(.vdivps, .y(4), .y(4), .at(.r12, 100))
      },
      Encoding("vmaxps ymm5, ymm8, ymm2", "C5 BC 5F EA") {
        $0.vector(.vmaxps, .y(5), .y(8), .y(2))
      },
      Encoding("vmaxps xmm12, xmm1, xmm2", "C5 70 5F E2") {
        $0.vector(.vmaxps, .x(12), .x(1), .x(2))
      },
      Encoding("vmaxps ymm9, ymm5, ymmword ptr [r15]", "C4 41 54 5F 0F") {
        $0.vector(.vmaxps, .y(9), .y(5), .at(.r15))
      },
      Encoding("vandps ymm6, ymm9, ymm3", "C5 B4 54 F3") {
        $0.vector(.vandps, .y(6), .y(9), .y(3))
      },
      Encoding("vandps xmm12, xmm1, xmm2", "C5 70 54 E2") {
        $0.vector(.vandps, .x(12), .x(1), .x(2))
      },
      Encoding("vandps ymm14, ymm6, ymmword ptr [rdx + 32]", "C5 4C 54 72 20") {
        $0.vector(.vandps, .y(14), .y(6), .at(.rdx, 32))
      },
      Encoding("vorps ymm0, ymm11, ymm5", "C5 A4 56 C5") {
        $0.vector(.vorps, .y(0), .y(11), .y(5))
      },
      Encoding("vorps xmm12, xmm1, xmm2", "C5 70 56 E2") {
        $0.vector(.vorps, .x(12), .x(1), .x(2))
      },
      Encoding("vorps ymm8, ymm8, ymmword ptr [r8 + 128]", "C4 41 3C 56 80 80 00 00 00") {
        $0.vector(.vorps, .y(8), .y(8), .at(.r8, 128))
      },
      Encoding("vxorps ymm1, ymm12, ymm6", "C5 9C 57 CE") {
        $0.vector(.vxorps, .y(1), .y(12), .y(6))
      },
      Encoding("vxorps xmm12, xmm1, xmm2", "C5 70 57 E2") {
        $0.vector(.vxorps, .x(12), .x(1), .x(2))
      },
      Encoding("vxorps ymm13, ymm9, ymmword ptr [r11 + 100]", "C4 41 34 57 6B 64") {
        $0.vector(.vxorps, .y(13), .y(9), .at(.r11, 100))
      },
      Encoding("vunpcklps ymm2, ymm13, ymm7", "C5 94 14 D7") {
        $0.vector(.vunpcklps, .y(2), .y(13), .y(7))
      },
      Encoding("vunpcklps ymm9, ymm14, ymm15", "C4 41 0C 14 CF") {
        $0.vector(.vunpcklps, .y(9), .y(14), .y(15))
      },
      Encoding("vunpcklps xmm12, xmm1, xmm2", "C5 70 14 E2") {
        $0.vector(.vunpcklps, .x(12), .x(1), .x(2))
      },
      Encoding("vunpcklps ymm2, ymm10, ymmword ptr [r14]", "C4 C1 2C 14 16") {
        $0.vector(.vunpcklps, .y(2), .y(10), .at(.r14))
      },
      Encoding("vunpckhps ymm3, ymm14, ymm0", "C5 8C 15 D8") {
        $0.vector(.vunpckhps, .y(3), .y(14), .y(0))
      },
      Encoding("vunpckhps xmm12, xmm1, xmm2", "C5 70 15 E2") {
        $0.vector(.vunpckhps, .x(12), .x(1), .x(2))
      },
      Encoding("vunpckhps ymm7, ymm11, ymmword ptr [rcx + 32]", "C5 A4 15 79 20") {
        $0.vector(.vunpckhps, .y(7), .y(11), .at(.rcx, 32))
      },
      Encoding("vunpcklpd ymm4, ymm15, ymm1", "C5 85 14 E1") {
        $0.vector(.vunpcklpd, .y(4), .y(15), .y(1))
      },
      Encoding("vunpcklpd xmm12, xmm1, xmm2", "C5 71 14 E2") {
        $0.vector(.vunpcklpd, .x(12), .x(1), .x(2))
      },
      Encoding("vunpcklpd ymm12, ymm12, ymmword ptr [rsp - 128]", "C5 1D 14 64 24 80") {
        $0.vector(.vunpcklpd, .y(12), .y(12), .at(.rsp, -128))
      },
      Encoding("vunpckhpd ymm5, ymm0, ymm2", "C5 FD 15 EA") {
        $0.vector(.vunpckhpd, .y(5), .y(0), .y(2))
      },
      Encoding("vunpckhpd ymm9, ymm14, ymm15", "C4 41 0D 15 CF") {
        $0.vector(.vunpckhpd, .y(9), .y(14), .y(15))
      },
      Encoding("vunpckhpd xmm12, xmm1, xmm2", "C5 71 15 E2") {
        $0.vector(.vunpckhpd, .x(12), .x(1), .x(2))
      },
      Encoding("vunpckhpd ymm1, ymm13, ymmword ptr [rdi + 128]", "C5 95 15 8F 80 00 00 00") {
        $0.vector(.vunpckhpd, .y(1), .y(13), .at(.rdi, 128))
      },
      Encoding("vpaddd ymm6, ymm1, ymm3", "C5 F5 FE F3") {
        $0.vector(.vpaddd, .y(6), .y(1), .y(3))
      },
      Encoding("vpaddd xmm12, xmm1, xmm2", "C5 71 FE E2") {
        $0.vector(.vpaddd, .x(12), .x(1), .x(2))
      },
      Encoding("vpaddd ymm6, ymm14, ymmword ptr [r10 + 100]", "C4 C1 0D FE 72 64") {
        $0.vector(.vpaddd, .y(6), .y(14), .at(.r10, 100))
      },
      Encoding("vpsubd ymm7, ymm2, ymm4", "C5 ED FA FC") {
        $0.vector(.vpsubd, .y(7), .y(2), .y(4))
      },
      Encoding("vpsubd xmm12, xmm1, xmm2", "C5 71 FA E2") {
        $0.vector(.vpsubd, .x(12), .x(1), .x(2))
      },
      Encoding("vpsubd ymm11, ymm15, ymmword ptr [r13]", "C4 41 05 FA 5D 00") {
        $0.vector(.vpsubd, .y(11), .y(15), .at(.r13))
      },
      Encoding("vfmadd213ps ymm2, ymm5, ymm7", "C4 E2 55 A8 D7") {
        $0.vector(.vfmadd213ps, .y(2), .y(5), .y(7))
      },
      Encoding("vfmadd213ps ymm9, ymm14, ymm15", "C4 42 0D A8 CF") {
        $0.vector(.vfmadd213ps, .y(9), .y(14), .y(15))
      },
      Encoding("vfmadd213ps xmm12, xmm1, xmm2", "C4 62 71 A8 E2") {
        $0.vector(.vfmadd213ps, .x(12), .x(1), .x(2))
      },
      Encoding("vfmadd213ps ymm10, ymm2, ymmword ptr [rsi + 128]", "C4 62 6D A8 96 80 00 00 00") {
        $0.vector(.vfmadd213ps, .y(10), .y(2), .at(.rsi, 128))
      },
      Encoding("vfmadd231ps ymm3, ymm6, ymm0", "C4 E2 4D B8 D8") {
        $0.vector(.vfmadd231ps, .y(3), .y(6), .y(0))
      },
      Encoding("vfmadd231ps ymm9, ymm14, ymm15", "C4 42 0D B8 CF") {
        $0.vector(.vfmadd231ps, .y(9), .y(14), .y(15))
      },
      Encoding("vfmadd231ps xmm12, xmm1, xmm2", "C4 62 71 B8 E2") {
        $0.vector(.vfmadd231ps, .x(12), .x(1), .x(2))
      },
      Encoding("vfmadd231ps ymm15, ymm3, ymmword ptr [r9 + 100]", "C4 42 65 B8 79 64") {
        $0.vector(.vfmadd231ps, .y(15), .y(3), .at(.r9, 100))
      },
      Encoding("vaddps ymm8, ymm3, ymmword ptr [rsp]", "C5 64 58 04 24") {
        $0.vector(.vaddps, .y(8), .y(3), .at(.rsp))
      },
      Encoding("vaddps ymm8, ymm3, ymmword ptr [r12]", "C4 41 64 58 04 24") {
        $0.vector(.vaddps, .y(8), .y(3), .at(.r12))
      },
      Encoding("vaddps ymm8, ymm3, ymmword ptr [rbp]", "C5 64 58 45 00") {
        $0.vector(.vaddps, .y(8), .y(3), .at(.rbp))
      },
      Encoding("vaddps ymm8, ymm3, ymmword ptr [r13]", "C4 41 64 58 45 00") {
        $0.vector(.vaddps, .y(8), .y(3), .at(.r13))
      },
      Encoding("vaddps ymm8, ymm3, ymmword ptr [rsp + 4*r9]", "C4 21 64 58 04 8C") {
        $0.vector(.vaddps, .y(8), .y(3), .at(.rsp, .r9, scale: 4))
      },
      Encoding("vaddps ymm8, ymm3, ymmword ptr [rbp + 2*r15 + 64]", "C4 21 64 58 44 7D 40") {
        $0.vector(.vaddps, .y(8), .y(3), .at(.rbp, .r15, scale: 2, 64))
      },
      Encoding("vaddps ymm8, ymm3, ymmword ptr [r13 + 8*rax]", "C4 41 64 58 44 C5 00") {
        $0.vector(.vaddps, .y(8), .y(3), .at(.r13, .rax, scale: 8))
      },
      Encoding("vaddps ymm8, ymm3, ymmword ptr [r12 + 1*rbp - 1]", "C4 41 64 58 44 2C FF") {
        $0.vector(.vaddps, .y(8), .y(3), .at(.r12, .rbp, -1))
      },
      Encoding("vmovups ymm0, ymmword ptr [rdi]", "C5 FC 10 07") {
        $0.vector(.vmovups, .y(0), .at(.rdi))
      },
      Encoding("vmovups ymmword ptr [rdi], ymm9", "C5 7C 11 0F") {
        $0.vector(.vmovupsStore, .y(9), .at(.rdi))
      },
      Encoding("vmovups ymm15, ymmword ptr [r13 + 4*rcx + 32]", "C4 41 7C 10 7C 8D 20") {
        $0.vector(.vmovups, .y(15), .at(.r13, .rcx, scale: 4, 32))
      },
      Encoding("vmovups xmmword ptr [r13 + 4*rcx + 32], xmm1", "C4 C1 78 11 4C 8D 20") {
        $0.vector(.vmovupsStore, .x(1), .at(.r13, .rcx, scale: 4, 32))
      },
      Encoding("vmovups xmm3, xmmword ptr [r13 + 4*rcx + 32]", "C4 C1 78 10 5C 8D 20") {
        $0.vector(.vmovups, .x(3), .at(.r13, .rcx, scale: 4, 32))
      },
      Encoding("vmovaps ymm0, ymmword ptr [rdi]", "C5 FC 28 07") {
        $0.vector(.vmovaps, .y(0), .at(.rdi))
      },
      Encoding("vmovaps ymmword ptr [rdi], ymm9", "C5 7C 29 0F") {
        $0.vector(.vmovapsStore, .y(9), .at(.rdi))
      },
      Encoding("vmovaps ymm15, ymmword ptr [r13 + 4*rcx + 32]", "C4 41 7C 28 7C 8D 20") {
        $0.vector(.vmovaps, .y(15), .at(.r13, .rcx, scale: 4, 32))
      },
      Encoding("vmovaps xmmword ptr [r13 + 4*rcx + 32], xmm1", "C4 C1 78 29 4C 8D 20") {
        $0.vector(.vmovapsStore, .x(1), .at(.r13, .rcx, scale: 4, 32))
      },
      Encoding("vmovaps xmm3, xmmword ptr [r13 + 4*rcx + 32]", "C4 C1 78 28 5C 8D 20") {
        $0.vector(.vmovaps, .x(3), .at(.r13, .rcx, scale: 4, 32))
      },
      Encoding("vmovaps ymm9, ymm3", "C5 7C 28 CB") { $0.vector(.vmovaps, .y(9), .y(3)) },
      Encoding("vmovups xmm1, xmm2", "C5 F8 10 CA") { $0.vector(.vmovups, .x(1), .x(2)) },
      Encoding("vbroadcastss ymm1, dword ptr [rsi + 4]", "C4 E2 7D 18 4E 04") {
        $0.vector(.vbroadcastss, .y(1), .at(.rsi, 4))
      },
      Encoding("vbroadcastss ymm14, dword ptr [r12 + 8*r13 + 4]", "C4 02 7D 18 74 EC 04") {
        $0.vector(.vbroadcastss, .y(14), .at(.r12, .r13, scale: 8, 4))
      },
      Encoding("vbroadcastss ymm2, xmm10", "C4 C2 7D 18 D2") {
        $0.vector(.vbroadcastss, .y(2), .x(10))
      },
      Encoding("vbroadcastss xmm9, xmm2", "C4 62 79 18 CA") {
        $0.vector(.vbroadcastss, .x(9), .x(2))
      },
      Encoding("vsqrtps ymm11, ymm2", "C5 7C 51 DA") { $0.vector(.vsqrtps, .y(11), .y(2)) },
      Encoding("vsqrtps ymm1, ymmword ptr [rbp]", "C5 FC 51 4D 00") {
        $0.vector(.vsqrtps, .y(1), .at(.rbp))
      },
      Encoding("vcvtdq2ps ymm11, ymm2", "C5 7C 5B DA") { $0.vector(.vcvtdq2ps, .y(11), .y(2)) },
      Encoding("vcvtdq2ps ymm1, ymmword ptr [rbp]", "C5 FC 5B 4D 00") {
        $0.vector(.vcvtdq2ps, .y(1), .at(.rbp))
      },
      Encoding("vpslld ymm3, ymm4, 23", "C5 E5 72 F4 17") {
        $0.vector(.vpslld, .y(3), .y(4), immediate: 23)
      },
      Encoding("vpslld ymm13, ymm14, 1", "C4 C1 15 72 F6 01") {
        $0.vector(.vpslld, .y(13), .y(14), immediate: 1)
      },
      Encoding("vpsrad ymm3, ymm4, 23", "C5 E5 72 E4 17") {
        $0.vector(.vpsrad, .y(3), .y(4), immediate: 23)
      },
      Encoding("vpsrad ymm13, ymm14, 1", "C4 C1 15 72 E6 01") {
        $0.vector(.vpsrad, .y(13), .y(14), immediate: 1)
      },
      Encoding("vcmpps ymm1, ymm2, ymm3, 1", "C5 EC C2 CB 01") {
        $0.vector(.vcmpps, .y(1), .y(2), .y(3), immediate: 1)
      },
      Encoding("vcmpps ymm8, ymm12, ymmword ptr [r8], 13", "C4 41 1C C2 00 0D") {
        $0.vector(.vcmpps, .y(8), .y(12), .at(.r8), immediate: 13)
      },
      Encoding("vblendvps ymm1, ymm2, ymm3, ymm4", "C4 E3 6D 4A CB 40") {
        $0.blend(.y(1), .y(2), .y(3), selector: .y(4))
      },
      Encoding("vblendvps ymm9, ymm12, ymm13, ymm15", "C4 43 1D 4A CD F0") {
        $0.blend(.y(9), .y(12), .y(13), selector: .y(15))
      },
      Encoding("vmaskmovps ymm1, ymm2, ymmword ptr [rcx + 32]", "C4 E2 6D 2C 49 20") {
        $0.vector(.vmaskmovps, .y(1), .y(2), .at(.rcx, 32))
      },
      Encoding("vmaskmovps ymmword ptr [r10], ymm13, ymm12", "C4 42 15 2E 22") {
        $0.vector(.vmaskmovpsStore, .y(12), .y(13), .at(.r10))
      },
      Encoding("vmaskmovps xmm1, xmm2, xmmword ptr [rcx]", "C4 E2 69 2C 09") {
        $0.vector(.vmaskmovps, .x(1), .x(2), .at(.rcx))
      },
      Encoding("vinsertf128 ymm1, ymm2, xmm3, 1", "C4 E3 6D 18 CB 01") {
        $0.vector(.vinsertf128, .y(1), .y(2), .x(3), immediate: 1)
      },
      Encoding(
        "vinsertf128 ymm11, ymm12, xmmword ptr [rax + 2*r9 + 16], 1", "C4 23 1D 18 5C 48 10 01"
      ) { $0.vector(.vinsertf128, .y(11), .y(12), .at(.rax, .r9, scale: 2, 16), immediate: 1) },
      Encoding("kmovw k1, eax", "C5 F8 92 C8") { $0.kmovw(.k1, .rax) },
      Encoding("kmovw k7, r9d", "C4 C1 78 92 F9") { $0.kmovw(.k7, .r9) },
      Encoding("vzeroupper", "C5 F8 77") { $0.vzeroupper() },
    ]

    @Test("matches the system assembler", arguments: encodings)
    func encoding(_ encoding: Encoding) {
      #expect(encoding.emitted == encoding.expected)
    }
  }
#endif
