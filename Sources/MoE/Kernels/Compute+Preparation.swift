extension Compute {
  /// Generates the kernels in use ahead of their first use.
  ///
  /// On x86-64 a kernel is generated when work first asks for it, which takes some tens of
  /// microseconds each time. A server that wants its first answers to be as quick as its later ones
  /// calls this when it starts; so does a process that gives up the right to make pages executable,
  /// before it does.
  ///
  /// What happens where the system refuses executable pages:
  /// - From the start: the portable kernels run, see ``description``.
  /// - Later on, for a kernel that was not prepared: plain Swift runs in its place, in the same
  ///   bits and many times slower, and a line on standard error says so. Nothing ends, and no
  ///   result changes.
  ///
  /// All kernels that the library's own work asks for are made, some hundreds to some thousand of
  /// them; but for those over weights in fewer bits, which are generated as they are asked for. Where the portable kernels are in use there is nothing to do. Calling it again costs
  /// little.
  ///
  /// - Complexity: Some tens of milliseconds in a release build, and some megabytes of memory for
  ///   the code.
  public static func prepare() {
    #if arch(x86_64) && !os(Windows)
      guard let set = KernelSet.current.instructions else { return }
      for function in LibraryFunctions.functions { GeneratedVectorKernel.prepare(function) }
      for fold in LibraryFunctions.folds { GeneratedVectorKernel.prepare(fold) }
      PreparedKernels.generate(for: set)
    #endif
  }
}
