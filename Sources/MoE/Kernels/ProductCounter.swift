/// Counts the matrix products of some work, so that tests can hold that none is made in vain.
package final class ProductCounter: Sendable, Equatable {
  private let count = Locked(0)

  /// How many products of some multiply-adds `body` makes, on all threads.
  package static func count(_ body: () throws -> Void) rethrows -> Int {
    var settings = ComputeSettings.current
    let counter = ProductCounter()
    settings.productCounter = counter
    try settings(body)
    return counter.count.withLock { $0 }
  }

  func add(_ products: [MatrixProduct]) {
    count.withLock { $0 += products.count { $0.work > 0 } }
  }

  func add(_ product: MatrixProduct) {
    if product.work > 0 { count.withLock { $0 += 1 } }
  }

  package static func == (left: ProductCounter, right: ProductCounter) -> Bool { left === right }
}
