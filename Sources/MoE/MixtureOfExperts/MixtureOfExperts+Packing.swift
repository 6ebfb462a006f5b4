extension MixtureOfExperts {
  /// Packs the weights of the gate, of every group of experts and of the shared experts.
  ///
  /// - Complexity: O(``Parameterized/parameterCount``), in time and in memory.
  public mutating func packWeights() {
    router.packWeights()
    for index in expertGroups.indices { expertGroups[index].packWeights() }
    sharedExperts?.packWeights()
  }
}

extension Router {
  /// Packs the weights of the gate.
  public mutating func packWeights() { gate.packWeights() }
}
