class Node:
    def __init__(self, parent):
        self.parent = parent
        self.me = self
        self.bound = self.add
        self.late = lambda: self
        self.children = []
        parent.append(self)

    def add(self, child):
        self.children.append(child)
        child.owner = self


def run(unknown):
    items = []
    items.append(items)
    table = {"items": items}
    table["table"] = table
    items.extend([table, {"again": items}])
    first, second = Node(items), Node([table])
    first.add(second)
    second.add(first)

    def local():
        return items, local, table

    items.append(local)
    if unknown:
        items.append(first)
    else:
        first.other = [items, local]
        del items[0]
    items += items
    return local
