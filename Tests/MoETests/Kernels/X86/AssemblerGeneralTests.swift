#if arch(x86_64) && !os(Windows)
  import MoE
  import Testing

  /// Expected bytes are a system assembler's, from the line beside them.
  @Suite("Assembler: general registers")
  struct AssemblerGeneralTests {
    static let encodings: [Encoding] = [
      Encoding("mov rax, rcx", "48 89 C8") { $0.mov(.rax, .rcx) },
      Encoding("mov r8, rax", "49 89 C0") { $0.mov(.r8, .rax) },
      Encoding("mov rsp, r15", "4C 89 FC") { $0.mov(.rsp, .r15) },
      Encoding("mov r13, r12", "4D 89 E5") { $0.mov(.r13, .r12) },
      Encoding("mov rax, qword ptr [rax]", "48 8B 00") { $0.mov(.rax, .at(.rax)) },
      Encoding("mov rax, qword ptr [rax + 8]", "48 8B 40 08") { $0.mov(.rax, .at(.rax, 8)) },
      Encoding("mov rax, qword ptr [rax - 128]", "48 8B 40 80") { $0.mov(.rax, .at(.rax, -128)) },
      Encoding("mov rax, qword ptr [rax + 128]", "48 8B 80 80 00 00 00") {
        $0.mov(.rax, .at(.rax, 128))
      },
      Encoding("mov rax, qword ptr [rcx]", "48 8B 01") { $0.mov(.rax, .at(.rcx)) },
      Encoding("mov rax, qword ptr [rcx + 8]", "48 8B 41 08") { $0.mov(.rax, .at(.rcx, 8)) },
      Encoding("mov rax, qword ptr [rdx]", "48 8B 02") { $0.mov(.rax, .at(.rdx)) },
      Encoding("mov rax, qword ptr [rdx + 8]", "48 8B 42 08") { $0.mov(.rax, .at(.rdx, 8)) },
      Encoding("mov rax, qword ptr [rbx]", "48 8B 03") { $0.mov(.rax, .at(.rbx)) },
      Encoding("mov rax, qword ptr [rbx + 8]", "48 8B 43 08") { $0.mov(.rax, .at(.rbx, 8)) },
      Encoding("mov rax, qword ptr [rsp]", "48 8B 04 24") { $0.mov(.rax, .at(.rsp)) },
      Encoding("mov rax, qword ptr [rsp + 8]", "48 8B 44 24 08") { $0.mov(.rax, .at(.rsp, 8)) },
      Encoding("mov rax, qword ptr [rsp - 128]", "48 8B 44 24 80") {
        $0.mov(.rax, .at(.rsp, -128))
      },
      Encoding("mov rax, qword ptr [rsp + 128]", "48 8B 84 24 80 00 00 00") {
        $0.mov(.rax, .at(.rsp, 128))
      },
      Encoding("mov rax, qword ptr [rbp]", "48 8B 45 00") { $0.mov(.rax, .at(.rbp)) },
      Encoding("mov rax, qword ptr [rbp + 8]", "48 8B 45 08") { $0.mov(.rax, .at(.rbp, 8)) },
      Encoding("mov rax, qword ptr [rbp - 128]", "48 8B 45 80") { $0.mov(.rax, .at(.rbp, -128)) },
      Encoding("mov rax, qword ptr [rbp + 128]", "48 8B 85 80 00 00 00") {
        $0.mov(.rax, .at(.rbp, 128))
      },
      Encoding("mov rax, qword ptr [rsi]", "48 8B 06") { $0.mov(.rax, .at(.rsi)) },
      Encoding("mov rax, qword ptr [rsi + 8]", "48 8B 46 08") { $0.mov(.rax, .at(.rsi, 8)) },
      Encoding("mov rax, qword ptr [rdi]", "48 8B 07") { $0.mov(.rax, .at(.rdi)) },
      Encoding("mov rax, qword ptr [rdi + 8]", "48 8B 47 08") { $0.mov(.rax, .at(.rdi, 8)) },
      Encoding("mov rax, qword ptr [r8]", "49 8B 00") { $0.mov(.rax, .at(.r8)) },
      Encoding("mov rax, qword ptr [r8 + 8]", "49 8B 40 08") { $0.mov(.rax, .at(.r8, 8)) },
      Encoding("mov rax, qword ptr [r9]", "49 8B 01") { $0.mov(.rax, .at(.r9)) },
      Encoding("mov rax, qword ptr [r9 + 8]", "49 8B 41 08") { $0.mov(.rax, .at(.r9, 8)) },
      Encoding("mov rax, qword ptr [r10]", "49 8B 02") { $0.mov(.rax, .at(.r10)) },
      Encoding("mov rax, qword ptr [r10 + 8]", "49 8B 42 08") { $0.mov(.rax, .at(.r10, 8)) },
      Encoding("mov rax, qword ptr [r11]", "49 8B 03") { $0.mov(.rax, .at(.r11)) },
      Encoding("mov rax, qword ptr [r11 + 8]", "49 8B 43 08") { $0.mov(.rax, .at(.r11, 8)) },
      Encoding("mov rax, qword ptr [r12]", "49 8B 04 24") { $0.mov(.rax, .at(.r12)) },
      Encoding("mov rax, qword ptr [r12 + 8]", "49 8B 44 24 08") { $0.mov(.rax, .at(.r12, 8)) },
      Encoding("mov rax, qword ptr [r12 - 128]", "49 8B 44 24 80") {
        $0.mov(.rax, .at(.r12, -128))
      },
      Encoding("mov rax, qword ptr [r12 + 128]", "49 8B 84 24 80 00 00 00") {
        $0.mov(.rax, .at(.r12, 128))
      },
      Encoding("mov rax, qword ptr [r13]", "49 8B 45 00") { $0.mov(.rax, .at(.r13)) },
      Encoding("mov rax, qword ptr [r13 + 8]", "49 8B 45 08") { $0.mov(.rax, .at(.r13, 8)) },
      Encoding("mov rax, qword ptr [r13 - 128]", "49 8B 45 80") { $0.mov(.rax, .at(.r13, -128)) },
      Encoding("mov rax, qword ptr [r13 + 128]", "49 8B 85 80 00 00 00") {
        $0.mov(.rax, .at(.r13, 128))
      },
      Encoding("mov rax, qword ptr [r14]", "49 8B 06") { $0.mov(.rax, .at(.r14)) },
      Encoding("mov rax, qword ptr [r14 + 8]", "49 8B 46 08") { $0.mov(.rax, .at(.r14, 8)) },
      Encoding("mov rax, qword ptr [r15]", "49 8B 07") { $0.mov(.rax, .at(.r15)) },
      Encoding("mov rax, qword ptr [r15 + 8]", "49 8B 47 08") { $0.mov(.rax, .at(.r15, 8)) },
      Encoding("mov r9, qword ptr [rax + 1*rcx]", "4C 8B 0C 08") { $0.mov(.r9, .at(.rax, .rcx)) },
      Encoding("lea rbx, [rax + 1*rcx]", "48 8D 1C 08") { $0.lea(.rbx, .at(.rax, .rcx)) },
      Encoding("mov r9, qword ptr [rsp + 2*rbp]", "4C 8B 0C 6C") {
        $0.mov(.r9, .at(.rsp, .rbp, scale: 2))
      },
      Encoding("lea rbx, [rsp + 2*rbp]", "48 8D 1C 6C") { $0.lea(.rbx, .at(.rsp, .rbp, scale: 2)) },
      Encoding("mov r9, qword ptr [rbp + 4*rax]", "4C 8B 4C 85 00") {
        $0.mov(.r9, .at(.rbp, .rax, scale: 4))
      },
      Encoding("lea rbx, [rbp + 4*rax]", "48 8D 5C 85 00") {
        $0.lea(.rbx, .at(.rbp, .rax, scale: 4))
      },
      Encoding("mov r9, qword ptr [r13 + 8*r12]", "4F 8B 4C E5 00") {
        $0.mov(.r9, .at(.r13, .r12, scale: 8))
      },
      Encoding("lea rbx, [r13 + 8*r12]", "4B 8D 5C E5 00") {
        $0.lea(.rbx, .at(.r13, .r12, scale: 8))
      },
      Encoding("mov r9, qword ptr [r12 + 8*r13 + 127]", "4F 8B 4C EC 7F") {
        $0.mov(.r9, .at(.r12, .r13, scale: 8, 127))
      },
      Encoding("lea rbx, [r12 + 8*r13 + 127]", "4B 8D 5C EC 7F") {
        $0.lea(.rbx, .at(.r12, .r13, scale: 8, 127))
      },
      Encoding("mov r9, qword ptr [r8 + 4*r15 - 129]", "4F 8B 8C B8 7F FF FF FF") {
        $0.mov(.r9, .at(.r8, .r15, scale: 4, -129))
      },
      Encoding("lea rbx, [r8 + 4*r15 - 129]", "4B 8D 9C B8 7F FF FF FF") {
        $0.lea(.rbx, .at(.r8, .r15, scale: 4, -129))
      },
      Encoding("mov r9, qword ptr [rdi + 2*r9 + 4096]", "4E 8B 8C 4F 00 10 00 00") {
        $0.mov(.r9, .at(.rdi, .r9, scale: 2, 4096))
      },
      Encoding("lea rbx, [rdi + 2*r9 + 4096]", "4A 8D 9C 4F 00 10 00 00") {
        $0.lea(.rbx, .at(.rdi, .r9, scale: 2, 4096))
      },
      Encoding("mov r9, qword ptr [r13 + 1*rsi - 128]", "4D 8B 4C 35 80") {
        $0.mov(.r9, .at(.r13, .rsi, -128))
      },
      Encoding("lea rbx, [r13 + 1*rsi - 128]", "49 8D 5C 35 80") {
        $0.lea(.rbx, .at(.r13, .rsi, -128))
      },
      Encoding("mov qword ptr [rdi + 24], r11", "4C 89 5F 18") { $0.mov(.at(.rdi, 24), .r11) },
      Encoding("mov dword ptr [rdi + 24], ecx", "89 4F 18") { $0.mov32(.at(.rdi, 24), .rcx) },
      Encoding("mov dword ptr [rdi + 24], r8d", "44 89 47 18") { $0.mov32(.at(.rdi, 24), .r8) },
      Encoding("mov ecx, dword ptr [rdi + 24]", "8B 4F 18") { $0.mov32(.rcx, .at(.rdi, 24)) },
      Encoding("mov r14d, dword ptr [rdi + 24]", "44 8B 77 18") { $0.mov32(.r14, .at(.rdi, 24)) },
      Encoding("add rdx, qword ptr [rdi + 24]", "48 03 57 18") { $0.add(.rdx, .at(.rdi, 24)) },
      Encoding("mov qword ptr [r12], r11", "4D 89 1C 24") { $0.mov(.at(.r12), .r11) },
      Encoding("mov dword ptr [r12], ecx", "41 89 0C 24") { $0.mov32(.at(.r12), .rcx) },
      Encoding("mov dword ptr [r12], r8d", "45 89 04 24") { $0.mov32(.at(.r12), .r8) },
      Encoding("mov ecx, dword ptr [r12]", "41 8B 0C 24") { $0.mov32(.rcx, .at(.r12)) },
      Encoding("mov r14d, dword ptr [r12]", "45 8B 34 24") { $0.mov32(.r14, .at(.r12)) },
      Encoding("add rdx, qword ptr [r12]", "49 03 14 24") { $0.add(.rdx, .at(.r12)) },
      Encoding("mov qword ptr [rsp - 8], r11", "4C 89 5C 24 F8") { $0.mov(.at(.rsp, -8), .r11) },
      Encoding("mov dword ptr [rsp - 8], ecx", "89 4C 24 F8") { $0.mov32(.at(.rsp, -8), .rcx) },
      Encoding("mov dword ptr [rsp - 8], r8d", "44 89 44 24 F8") { $0.mov32(.at(.rsp, -8), .r8) },
      Encoding("mov ecx, dword ptr [rsp - 8]", "8B 4C 24 F8") { $0.mov32(.rcx, .at(.rsp, -8)) },
      Encoding("mov r14d, dword ptr [rsp - 8]", "44 8B 74 24 F8") { $0.mov32(.r14, .at(.rsp, -8)) },
      Encoding("add rdx, qword ptr [rsp - 8]", "48 03 54 24 F8") { $0.add(.rdx, .at(.rsp, -8)) },
      Encoding("mov eax, edi", "89 F8") { $0.mov32(.rax, .rdi) },
      Encoding("mov r9d, r10d", "45 89 D1") { $0.mov32(.r9, .r10) },
      Encoding("mov ecx, 0", "B9 00 00 00 00") { $0.mov(.rcx, 0) },
      Encoding("mov ecx, 1", "B9 01 00 00 00") { $0.mov(.rcx, 1) },
      Encoding("mov ecx, 2147483647", "B9 FF FF FF 7F") { $0.mov(.rcx, 2_147_483_647) },
      Encoding("mov ecx, 4294967295", "B9 FF FF FF FF") { $0.mov(.rcx, 4_294_967_295) },
      Encoding("mov r9d, 5", "41 B9 05 00 00 00") { $0.mov(.r9, 5) },
      Encoding("mov rax, -1", "48 C7 C0 FF FF FF FF") { $0.mov(.rax, -1) },
      Encoding("mov r15, -129", "49 C7 C7 7F FF FF FF") { $0.mov(.r15, -129) },
      Encoding("movabs rdx, 0x123456789abcdef0", "48 BA F0 DE BC 9A 78 56 34 12") {
        $0.mov(.rdx, 0x1234_5678_9ABC_DEF0)
      },
      Encoding("movabs r8, 0x100000000", "49 B8 00 00 00 00 01 00 00 00") {
        $0.mov(.r8, 0x1_0000_0000)
      },
      Encoding("add rcx, r9", "4C 01 C9") { $0.arithmetic(.add, .rcx, .r9) },
      Encoding("add r12, 127", "49 83 C4 7F") { $0.arithmetic(.add, .r12, 127) },
      Encoding("add rdx, 128", "48 81 C2 80 00 00 00") { $0.arithmetic(.add, .rdx, 128) },
      Encoding("add rax, 1024", "48 05 00 04 00 00") { $0.arithmetic(.add, .rax, 1024) },
      Encoding("add rbx, qword ptr [r13]", "49 03 5D 00") { $0.arithmetic(.add, .rbx, .at(.r13)) },
      Encoding("or rcx, r9", "4C 09 C9") { $0.arithmetic(.or, .rcx, .r9) },
      Encoding("or r12, 127", "49 83 CC 7F") { $0.arithmetic(.or, .r12, 127) },
      Encoding("or rdx, 128", "48 81 CA 80 00 00 00") { $0.arithmetic(.or, .rdx, 128) },
      Encoding("or rax, 1024", "48 0D 00 04 00 00") { $0.arithmetic(.or, .rax, 1024) },
      Encoding("or rbx, qword ptr [r13]", "49 0B 5D 00") { $0.arithmetic(.or, .rbx, .at(.r13)) },
      Encoding("adc rcx, r9", "4C 11 C9") { $0.arithmetic(.adc, .rcx, .r9) },
      Encoding("adc r12, 127", "49 83 D4 7F") { $0.arithmetic(.adc, .r12, 127) },
      Encoding("adc rdx, 128", "48 81 D2 80 00 00 00") { $0.arithmetic(.adc, .rdx, 128) },
      Encoding("adc rax, 1024", "48 15 00 04 00 00") { $0.arithmetic(.adc, .rax, 1024) },
      Encoding("adc rbx, qword ptr [r13]", "49 13 5D 00") { $0.arithmetic(.adc, .rbx, .at(.r13)) },
      Encoding("sbb rcx, r9", "4C 19 C9") { $0.arithmetic(.sbb, .rcx, .r9) },
      Encoding("sbb r12, 127", "49 83 DC 7F") { $0.arithmetic(.sbb, .r12, 127) },
      Encoding("sbb rdx, 128", "48 81 DA 80 00 00 00") { $0.arithmetic(.sbb, .rdx, 128) },
      Encoding("sbb rax, 1024", "48 1D 00 04 00 00") { $0.arithmetic(.sbb, .rax, 1024) },
      Encoding("sbb rbx, qword ptr [r13]", "49 1B 5D 00") { $0.arithmetic(.sbb, .rbx, .at(.r13)) },
      Encoding("and rcx, r9", "4C 21 C9") { $0.arithmetic(.and, .rcx, .r9) },
      Encoding("and r12, 127", "49 83 E4 7F") { $0.arithmetic(.and, .r12, 127) },
      Encoding("and rdx, 128", "48 81 E2 80 00 00 00") { $0.arithmetic(.and, .rdx, 128) },
      Encoding("and rax, 1024", "48 25 00 04 00 00") { $0.arithmetic(.and, .rax, 1024) },
      Encoding("and rbx, qword ptr [r13]", "49 23 5D 00") { $0.arithmetic(.and, .rbx, .at(.r13)) },
      Encoding("sub rcx, r9", "4C 29 C9") { $0.arithmetic(.sub, .rcx, .r9) },
      Encoding("sub r12, 127", "49 83 EC 7F") { $0.arithmetic(.sub, .r12, 127) },
      Encoding("sub rdx, 128", "48 81 EA 80 00 00 00") { $0.arithmetic(.sub, .rdx, 128) },
      Encoding("sub rax, 1024", "48 2D 00 04 00 00") { $0.arithmetic(.sub, .rax, 1024) },
      Encoding("sub rbx, qword ptr [r13]", "49 2B 5D 00") { $0.arithmetic(.sub, .rbx, .at(.r13)) },
      Encoding("xor rcx, r9", "4C 31 C9") { $0.arithmetic(.xor, .rcx, .r9) },
      Encoding("xor r12, 127", "49 83 F4 7F") { $0.arithmetic(.xor, .r12, 127) },
      Encoding("xor rdx, 128", "48 81 F2 80 00 00 00") { $0.arithmetic(.xor, .rdx, 128) },
      Encoding("xor rax, 1024", "48 35 00 04 00 00") { $0.arithmetic(.xor, .rax, 1024) },
      Encoding("xor rbx, qword ptr [r13]", "49 33 5D 00") { $0.arithmetic(.xor, .rbx, .at(.r13)) },
      Encoding("cmp rcx, r9", "4C 39 C9") { $0.arithmetic(.cmp, .rcx, .r9) },
      Encoding("cmp r12, 127", "49 83 FC 7F") { $0.arithmetic(.cmp, .r12, 127) },
      Encoding("cmp rdx, 128", "48 81 FA 80 00 00 00") { $0.arithmetic(.cmp, .rdx, 128) },
      Encoding("cmp rax, 1024", "48 3D 00 04 00 00") { $0.arithmetic(.cmp, .rax, 1024) },
      Encoding("cmp rbx, qword ptr [r13]", "49 3B 5D 00") { $0.arithmetic(.cmp, .rbx, .at(.r13)) },
      Encoding("add r8, -128", "49 83 C0 80") { $0.add(.r8, -128) },
      Encoding("add r8, -129", "49 81 C0 7F FF FF FF") { $0.add(.r8, -129) },
      Encoding("add rsi, rdi", "48 01 FE") { $0.add(.rsi, .rdi) },
      Encoding("sub rsp, 64", "48 83 EC 40") { $0.sub(.rsp, 64) },
      Encoding("sub r10, r11", "4D 29 DA") { $0.sub(.r10, .r11) },
      Encoding("cmp r8, 4", "49 83 F8 04") { $0.cmp(.r8, 4) },
      Encoding("cmp rax, r15", "4C 39 F8") { $0.cmp(.rax, .r15) },
      Encoding("xor eax, eax", "31 C0") { $0.clear(.rax) },
      Encoding("xor r13d, r13d", "45 31 ED") { $0.clear(.r13) },
      Encoding("dec rcx", "48 FF C9") { $0.dec(.rcx) },
      Encoding("dec r15", "49 FF CF") { $0.dec(.r15) },
      Encoding("imul rax, r9", "49 0F AF C1") { $0.imul(.rax, .r9) },
      Encoding("imul r9, rax", "4C 0F AF C8") { $0.imul(.r9, .rax) },
      Encoding("imul rdx, rcx, 56", "48 6B D1 38") { $0.imul(.rdx, .rcx, 56) },
      Encoding("imul r12, r13, 896", "4D 69 E5 80 03 00 00") { $0.imul(.r12, .r13, 896) },
      Encoding("shl rdx, 32", "48 C1 E2 20") { $0.shift(.left, .rdx, by: 32) },
      Encoding("shr r9, 16", "49 C1 E9 10") { $0.shift(.right, .r9, by: 16) },
      Encoding("sar rcx, 1", "48 D1 F9") { $0.shift(.arithmeticRight, .rcx, by: 1) },
      Encoding("shl r10, 2", "49 C1 E2 02") { $0.shift(.left, .r10, by: 2) },
      Encoding("bzhi rax, rax, rcx", "C4 E2 F0 F5 C0") { $0.bzhi(.rax, .rax, .rcx) },
      Encoding("bzhi r9, r10, r11", "C4 42 A0 F5 CA") { $0.bzhi(.r9, .r10, .r11) },
      Encoding("bzhi rax, r8, rdi", "C4 C2 C0 F5 C0") { $0.bzhi(.rax, .r8, .rdi) },
      Encoding("push rbx", "53") { $0.push(.rbx) },
      Encoding("pop rbx", "5B") { $0.pop(.rbx) },
      Encoding("push rbp", "55") { $0.push(.rbp) },
      Encoding("pop rbp", "5D") { $0.pop(.rbp) },
      Encoding("push r12", "41 54") { $0.push(.r12) },
      Encoding("pop r12", "41 5C") { $0.pop(.r12) },
      Encoding("push r15", "41 57") { $0.push(.r15) },
      Encoding("pop r15", "41 5F") { $0.pop(.r15) },
      Encoding("prefetchnta byte ptr [rsi + 512]", "0F 18 86 00 02 00 00") {
        $0.prefetch(.nonTemporal, .at(.rsi, 512))
      },
      Encoding("prefetcht0 byte ptr [rsi + 512]", "0F 18 8E 00 02 00 00") {
        $0.prefetch(.allLevels, .at(.rsi, 512))
      },
      Encoding("prefetcht1 byte ptr [rsi + 512]", "0F 18 96 00 02 00 00") {
        $0.prefetch(.secondLevel, .at(.rsi, 512))
      },
      Encoding("prefetcht2 byte ptr [rsi + 512]", "0F 18 9E 00 02 00 00") {
        $0.prefetch(.thirdLevel, .at(.rsi, 512))
      },
      Encoding("prefetchw byte ptr [r10 + 64]", "41 0F 0D 4A 40") {
        $0.prefetch(.forWriting, .at(.r10, 64))
      },
      Encoding("prefetcht0 byte ptr [r12 + 8*r9]", "43 0F 18 0C CC") {
        $0.prefetch(.allLevels, .at(.r12, .r9, scale: 8))
      },
      Encoding("ret", "C3") { $0.ret() },
      Encoding("cpuid", "0F A2") { $0.cpuid() },
      Encoding("xgetbv", "0F 01 D0") { $0.xgetbv() },
    ]

    @Test("matches the system assembler", arguments: encodings)
    func encoding(_ encoding: Encoding) {
      #expect(encoding.emitted == encoding.expected)
    }
  }
#endif
