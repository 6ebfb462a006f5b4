import MoE

/// The memory that a pass keeps: that of every tensor which can be reached from it.
enum PassMemory {
  /// How many scalars there is room for in the memory of all tensors, each memory counted once.
  ///
  /// A slice keeps all of the memory that it was taken from, and so counts for that.
  static func scalarCount(_ value: Any) -> Int {
    tensors(value).reduce(0) { $0 + capacity($1) }
  }

  /// The tensors that can be reached from a value; of those that share their memory the first.
  static func tensors(_ value: Any) -> [Tensor] {
    var found: [Tensor] = []
    visit(value, &found)
    return found
  }

  private static func visit(_ value: Any, _ found: inout [Tensor]) {
    if let tensor = value as? Tensor {
      if !found.contains(where: { $0.sharesMemory(with: tensor) }) { found.append(tensor) }
      return
    }
    for child in Mirror(reflecting: value).children { visit(child.value, &found) }
  }

  private static func capacity(_ tensor: Tensor) -> Int {
    guard let storage = Mirror(reflecting: tensor).descendant("storage") as? TensorStorage
    else { fatalError("a tensor without storage") }
    return storage.scalarCapacity
  }
}
