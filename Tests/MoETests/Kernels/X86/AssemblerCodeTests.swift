#if arch(x86_64) && !os(Windows)
  import MoE
  import Testing

  /// Instructions that decode weights.
  ///
  /// Expected bytes are a system assembler's, from the line beside them.
  @Suite("Assembler: codes")
  struct AssemblerCodeTests {
    static let encodings: [Encoding] = [
      Encoding("vcvtph2ps ymm3, xmmword ptr [rdx + 64]", "C4 E2 7D 13 5A 40") {
        $0.vector(.vcvtph2ps, .y(3), .at(.rdx, 64))
      },
      Encoding("vcvtph2ps ymm12, xmmword ptr [r8 + 4]", "C4 42 7D 13 60 04") {
        $0.vector(.vcvtph2ps, .y(12), .at(.r8, 4))
      },
      Encoding("vcvtph2ps zmm3, ymmword ptr [rdx + 64]", "62 F2 7D 48 13 5A 02") {
        $0.vector(.vcvtph2ps, .z(3), .at(.rdx, 64))
      },
      Encoding("vcvtph2ps zmm21, ymmword ptr [r11 + 4]", "62 C2 7D 48 13 AB 04 00 00 00") {
        $0.vector(.vcvtph2ps, .z(21), .at(.r11, 4))
      },
      Encoding("vcvtph2ps zmm21, ymmword ptr [r11 + 8192]", "62 C2 7D 48 13 AB 00 20 00 00") {
        $0.vector(.vcvtph2ps, .z(21), .at(.r11, 8192))
      },
      Encoding("vpmovzxwd ymm3, xmmword ptr [rdx + 64]", "C4 E2 7D 33 5A 40") {
        $0.vector(.vpmovzxwd, .y(3), .at(.rdx, 64))
      },
      Encoding("vpmovzxwd ymm12, xmmword ptr [r8 + 4]", "C4 42 7D 33 60 04") {
        $0.vector(.vpmovzxwd, .y(12), .at(.r8, 4))
      },
      Encoding("vpmovzxwd zmm3, ymmword ptr [rdx + 64]", "62 F2 7D 48 33 5A 02") {
        $0.vector(.vpmovzxwd, .z(3), .at(.rdx, 64))
      },
      Encoding("vpmovzxwd zmm21, ymmword ptr [r11 + 4]", "62 C2 7D 48 33 AB 04 00 00 00") {
        $0.vector(.vpmovzxwd, .z(21), .at(.r11, 4))
      },
      Encoding("vpmovzxwd zmm21, ymmword ptr [r11 + 8192]", "62 C2 7D 48 33 AB 00 20 00 00") {
        $0.vector(.vpmovzxwd, .z(21), .at(.r11, 8192))
      },
      Encoding("vpmovzxbd ymm3, qword ptr [rdx + 64]", "C4 E2 7D 31 5A 40") {
        $0.vector(.vpmovzxbd, .y(3), .at(.rdx, 64))
      },
      Encoding("vpmovzxbd ymm12, qword ptr [r8 + 4]", "C4 42 7D 31 60 04") {
        $0.vector(.vpmovzxbd, .y(12), .at(.r8, 4))
      },
      Encoding("vpmovzxbd zmm3, xmmword ptr [rdx + 64]", "62 F2 7D 48 31 5A 04") {
        $0.vector(.vpmovzxbd, .z(3), .at(.rdx, 64))
      },
      Encoding("vpmovzxbd zmm21, xmmword ptr [r11 + 4]", "62 C2 7D 48 31 AB 04 00 00 00") {
        $0.vector(.vpmovzxbd, .z(21), .at(.r11, 4))
      },
      Encoding("vpmovzxbd zmm21, xmmword ptr [r11 + 8192]", "62 C2 7D 48 31 AB 00 20 00 00") {
        $0.vector(.vpmovzxbd, .z(21), .at(.r11, 8192))
      },
      Encoding("vpmovsxbd ymm3, qword ptr [rdx + 64]", "C4 E2 7D 21 5A 40") {
        $0.vector(.vpmovsxbd, .y(3), .at(.rdx, 64))
      },
      Encoding("vpmovsxbd ymm12, qword ptr [r8 + 4]", "C4 42 7D 21 60 04") {
        $0.vector(.vpmovsxbd, .y(12), .at(.r8, 4))
      },
      Encoding("vpmovsxbd zmm3, xmmword ptr [rdx + 64]", "62 F2 7D 48 21 5A 04") {
        $0.vector(.vpmovsxbd, .z(3), .at(.rdx, 64))
      },
      Encoding("vpmovsxbd zmm21, xmmword ptr [r11 + 4]", "62 C2 7D 48 21 AB 04 00 00 00") {
        $0.vector(.vpmovsxbd, .z(21), .at(.r11, 4))
      },
      Encoding("vpmovsxbd zmm21, xmmword ptr [r11 + 8192]", "62 C2 7D 48 21 AB 00 20 00 00") {
        $0.vector(.vpmovsxbd, .z(21), .at(.r11, 8192))
      },
      Encoding("vpmovsxbw ymm3, xmmword ptr [rdx + 64]", "C4 E2 7D 20 5A 40") {
        $0.vector(.vpmovsxbw, .y(3), .at(.rdx, 64))
      },
      Encoding("vpmovsxbw ymm12, xmmword ptr [r8 + 4]", "C4 42 7D 20 60 04") {
        $0.vector(.vpmovsxbw, .y(12), .at(.r8, 4))
      },
      Encoding("vpmovsxbw zmm3, ymmword ptr [rdx + 64]", "62 F2 7D 48 20 5A 02") {
        $0.vector(.vpmovsxbw, .z(3), .at(.rdx, 64))
      },
      Encoding("vpmovsxbw zmm21, ymmword ptr [r11 + 4]", "62 C2 7D 48 20 AB 04 00 00 00") {
        $0.vector(.vpmovsxbw, .z(21), .at(.r11, 4))
      },
      Encoding("vpmovsxbw zmm21, ymmword ptr [r11 + 8192]", "62 C2 7D 48 20 AB 00 20 00 00") {
        $0.vector(.vpmovsxbw, .z(21), .at(.r11, 8192))
      },
      Encoding("vcvtph2ps ymm3, xmm9", "C4 C2 7D 13 D9") {
        $0.vector(.vcvtph2ps, .y(3), .x(9))
      },
      Encoding("vcvtph2ps zmm4, ymm5", "62 F2 7D 48 13 E5") {
        $0.vector(.vcvtph2ps, .z(4), .y(5))
      },
      Encoding("vcvtph2ps zmm30, ymm30", "62 02 7D 48 13 F6") {
        $0.vector(.vcvtph2ps, .z(30), .y(30))
      },
      Encoding("vpmovdb xmmword ptr [rdx], zmm3", "62 F2 7E 48 31 1A") {
        $0.vector(.vpmovdbStore, .z(3), .at(.rdx))
      },
      Encoding("vpmovdb xmmword ptr [r8 + 16], zmm21", "62 C2 7E 48 31 68 01") {
        $0.vector(.vpmovdbStore, .z(21), .at(.r8, 16))
      },
      Encoding("vpmovdb xmmword ptr [r9 + 8], zmm30", "62 42 7E 48 31 B1 08 00 00 00") {
        $0.vector(.vpmovdbStore, .z(30), .at(.r9, 8))
      },
      Encoding("vpmovdw ymmword ptr [rdx], zmm3", "62 F2 7E 48 33 1A") {
        $0.vector(.vpmovdwStore, .z(3), .at(.rdx))
      },
      Encoding("vpmovdw ymmword ptr [r8 + 32], zmm21", "62 C2 7E 48 33 68 01") {
        $0.vector(.vpmovdwStore, .z(21), .at(.r8, 32))
      },
      Encoding("vpmovdw ymmword ptr [r9 + 16], zmm30", "62 42 7E 48 33 B1 10 00 00 00") {
        $0.vector(.vpmovdwStore, .z(30), .at(.r9, 16))
      },
      Encoding("vpackusdw xmm3, xmm4, xmm5", "C4 E2 59 2B DD") {
        $0.vector(.vpackusdw, .x(3), .x(4), .x(5))
      },
      Encoding("vpackusdw xmm15, xmm11, xmm15", "C4 42 21 2B FF") {
        $0.vector(.vpackusdw, .x(15), .x(11), .x(15))
      },
      Encoding("vpackuswb xmm3, xmm4, xmm5", "C5 D9 67 DD") {
        $0.vector(.vpackuswb, .x(3), .x(4), .x(5))
      },
      Encoding("vpackuswb xmm15, xmm15, xmm15", "C4 41 01 67 FF") {
        $0.vector(.vpackuswb, .x(15), .x(15), .x(15))
      },
      Encoding("vmovlps qword ptr [rdx], xmm3", "C5 F8 13 1A") {
        $0.vector(.vmovlpsStore, .x(3), .at(.rdx))
      },
      Encoding("vmovlps qword ptr [r9 + 8], xmm15", "C4 41 78 13 79 08") {
        $0.vector(.vmovlpsStore, .x(15), .at(.r9, 8))
      },
      Encoding("vextractf128 xmm3, ymm4, 1", "C4 E3 7D 19 E3 01") {
        $0.vector(.vextractf128, .y(4), .x(3), immediate: 1)
      },
      Encoding("vextractf128 xmm15, ymm11, 1", "C4 43 7D 19 DF 01") {
        $0.vector(.vextractf128, .y(11), .x(15), immediate: 1)
      },
      Encoding("vpsrld ymm3, ymm4, 7", "C5 E5 72 D4 07") {
        $0.vector(.vpsrld, .y(3), .y(4), immediate: 7)
      },
      Encoding("vpsrld ymm11, ymm14, 7", "C4 C1 25 72 D6 07") {
        $0.vector(.vpsrld, .y(11), .y(14), immediate: 7)
      },
      Encoding("vpsrld zmm3, zmm4, 7", "62 F1 65 48 72 D4 07") {
        $0.vector(.vpsrld, .z(3), .z(4), immediate: 7)
      },
      Encoding("vpsrld zmm23, zmm30, 7", "62 91 45 40 72 D6 07") {
        $0.vector(.vpsrld, .z(23), .z(30), immediate: 7)
      },
      Encoding("vpsllw ymm3, ymm4, 7", "C5 E5 71 F4 07") {
        $0.vector(.vpsllw, .y(3), .y(4), immediate: 7)
      },
      Encoding("vpsllw ymm11, ymm14, 7", "C4 C1 25 71 F6 07") {
        $0.vector(.vpsllw, .y(11), .y(14), immediate: 7)
      },
      Encoding("vpsllw zmm3, zmm4, 7", "62 F1 65 48 71 F4 07") {
        $0.vector(.vpsllw, .z(3), .z(4), immediate: 7)
      },
      Encoding("vpsllw zmm23, zmm30, 7", "62 91 45 40 71 F6 07") {
        $0.vector(.vpsllw, .z(23), .z(30), immediate: 7)
      },
      Encoding("vpsllw xmm2, xmm2, 7", "C5 E9 71 F2 07") {
        $0.vector(.vpsllw, .x(2), .x(2), immediate: 7)
      },
      Encoding("vpsllw ymm20, ymm20, 7", "62 B1 5D 20 71 F4 07") {
        $0.vector(.vpsllw, .y(20), .y(20), immediate: 7)
      },
      Encoding("vpmaxud ymm3, ymm4, ymm5", "C4 E2 5D 3F DD") {
        $0.vector(.vpmaxud, .y(3), .y(4), .y(5))
      },
      Encoding("vpmaxud ymm11, ymm14, ymm15", "C4 42 0D 3F DF") {
        $0.vector(.vpmaxud, .y(11), .y(14), .y(15))
      },
      Encoding("vpmaxud zmm3, zmm4, zmm5", "62 F2 5D 48 3F DD") {
        $0.vector(.vpmaxud, .z(3), .z(4), .z(5))
      },
      Encoding("vpmaxud zmm23, zmm30, zmm31", "62 82 0D 40 3F FF") {
        $0.vector(.vpmaxud, .z(23), .z(30), .z(31))
      },
      Encoding("vpmaxud ymm3, ymm4, ymmword ptr [rbx + 128]", "C4 E2 5D 3F 9B 80 00 00 00") {
        $0.vector(.vpmaxud, .y(3), .y(4), .at(.rbx, 128))
      },
      Encoding("vpmaxud zmm19, zmm4, zmmword ptr [rbx + 128]", "62 E2 5D 48 3F 5B 02") {
        $0.vector(.vpmaxud, .z(19), .z(4), .at(.rbx, 128))
      },
      Encoding("vpermps ymm3, ymm4, ymm5", "C4 E2 5D 16 DD") {
        $0.vector(.vpermps, .y(3), .y(4), .y(5))
      },
      Encoding("vpermps ymm11, ymm14, ymm15", "C4 42 0D 16 DF") {
        $0.vector(.vpermps, .y(11), .y(14), .y(15))
      },
      Encoding("vpermps zmm3, zmm4, zmm5", "62 F2 5D 48 16 DD") {
        $0.vector(.vpermps, .z(3), .z(4), .z(5))
      },
      Encoding("vpermps zmm23, zmm30, zmm31", "62 82 0D 40 16 FF") {
        $0.vector(.vpermps, .z(23), .z(30), .z(31))
      },
      Encoding("vpermps ymm3, ymm4, ymmword ptr [rbx + 128]", "C4 E2 5D 16 9B 80 00 00 00") {
        $0.vector(.vpermps, .y(3), .y(4), .at(.rbx, 128))
      },
      Encoding("vpermps zmm19, zmm4, zmmword ptr [rbx + 128]", "62 E2 5D 48 16 5B 02") {
        $0.vector(.vpermps, .z(19), .z(4), .at(.rbx, 128))
      },
    ]

    @Test("matches the system assembler", arguments: encodings)
    func encoding(_ encoding: Encoding) {
      #expect(encoding.emitted == encoding.expected)
    }
  }
#endif
