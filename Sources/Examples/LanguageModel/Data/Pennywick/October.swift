/// The chronicle of October: the storm, the fox and the ghost, and the borrowed umbrella.
extension EmbeddedText {
  /// What happened in October.
  static let october = #"""
    OCTOBER

    The lighthouse log, kept by Tobias Reed.
    2 October, 07:05. Wind west, force 6. Lamp burned 12 hours.
    5 October, 16:40. Geese going south, 3 long lines. The first of them looked
    tired.
    8 October, 09:30. Took in the white chairs. Captain took in a mouse.
    13 October, 18:00. Glass falling: 1,004 at noon, 991 now. Tied down everything
    that has a handle.
    14 October, 02:20. Wind south-west, force 11. The tower hums. Waves over the
    landing, up to step 22.
    14 October, 06:50. Still here.
    14 October, 17:15. Storm over. Lost: 1 bench, 6 cabbages, 1 flagpole. Found: 1
    barrel, 1 boot, 1 oar.
    20 October, 12:00. Repaired the landing with Bram Holt. He lifted the stones.
    I said where.
    26 October, 19:10. Dinner at the bakery. Third time this month. There are 9
    steps from the oven to the door.
    31 October, 20:00. Carved a face into a turnip and put it next to the lamp.
    Ships were amused.

    The weather in October was rough. It rained on 19 days and came to 141
    millimetres. The storm of the 14th was the worst since the year of the broken
    pier; the glass stood at 974 at four in the morning, which Mr. Quill has never
    seen before. After it there were 5 quiet days, with fog until noon. The mean
    temperature was 11 °C. The leaves have turned and gone, except on the oak by
    the well, which is in no hurry.

    The storm

    It began with a stillness. In the afternoon of the 13th no leaf moved. The
    gulls sat on the roofs, all of them with their beaks to the south-west, like
    people who wait for a train.

    "I do not like it," said Old Jory, and pulled his boat up the bank, as far as
    the door of his hut. Then he looked at the sky, and pulled it into the hut.

    At nine in the evening the first gust went through the village, and tried
    every latch. At ten it came back with its brothers. The bell of the school
    began to ring by itself. Slates flew from the church like crows, and behind
    them flew the weathercock, in spite of its 4 screws. In the harbour the boats
    danced, and tore at their ropes.

    At midnight Ivy Penrose knocked on all the doors. "The dam!" she cried. "The
    dam is going!"

    The dam runs from the harbour to the lighthouse. It is made of stones and
    clay, and without it the sea would come in at the lower end of the high street
    and go out at the upper. By the light of their lanterns they saw that there
    was a hole in it, as wide as a cart, and with each wave it was a little wider.

    "Sacks!" shouted Bram Holt. "We must have sacks, and sand!"

    There were sacks enough. Oswin Barley brought all that were in the mill: 200
    of them. But where in the dark could one find sand, when the beach was under
    water?

    The miller wiped the rain out of his face. He looked at the sacks. Half of
    them were empty; in the other half there was flour, the whole of the new
    harvest, 500 sheaves and more.

    "Flour sets like stone when it is wet," he said. "Ask any baker." And he laid
    the first of them on his shoulder, and carried it through the water to the
    hole.

    They stood in a row, from the mill cart to the dam. Every sack passed through
    30 pairs of hands. Marta Crumb counted. At 40 the hole was half as deep. At 70
    the waves only licked over it. At 96 it was closed; and then the sea threw
    itself against it till morning, and did not get in.

    When it grew light they sat on the dam, wet and grey, and on every one of them
    there was a crust of dough.

    "That was all our bread," said Finn.

    "No, my boy," said the miller. "That was all our flour. The bread is something
    else." And he looked along the row, at the smith and the schoolmaster, the
    baker and the ferryman, who slept against each other with their mouths open.

    Within the week there came carts from Marrow Bay, and from Ashford, and from
    the upper farm. Nobody had asked them to. On the first one there were 12 sacks
    of flour, and on the top, with a ribbon, sat Duchess.

    Pumpkin soup, as Zoé makes it
    You need:
    1 pumpkin of 2 kg
    2 onions
    1 apple
    30 g of butter
    1 litre of broth
    100 g of cream
    Nutmeg, salt, and a few seeds
    Cut the pumpkin open, and take out the seeds; keep those. Cut all the rest
    into pieces. Let the onions and the apple go soft in the butter, add the
    pumpkin and the broth, and boil for 25 minutes. Press it through a sieve. Stir
    in the cream, with salt and a breath of nutmeg. Roast the seeds in a dry pan
    for 3 minutes, until they jump, and strew them over it. It serves 6. The shell
    is for the children, who will want to cut a face in it.

    Prices at the smithy, 22 October
    Iron clamp for a dam: €3.50, and for our dam nothing
    Lantern, new: €16.00
    Lantern, mended: €5.50
    Weathercock, straightened, for the second time: €7.00
    Screws for it, 8: €2.40
    Boat hook: €9.80
    Anchor, 12 kg: €44.00

    From the counting book of Marta Crumb
    Sacks in the hole of the dam: 96. Hands: 60. Sacks of flour left for the
    winter: 4.
    Sacks a week later: 38, and I have not bought one.
    Loaves baked with crust from the dam: 0. Loaves that Finn wanted to bake with
    it: 1.
    Ghosts at the door: 17. Ghosts who were afraid of me: 2.
    Dinners for three: 3. That makes 9 plates. I have bought a fourth chair, to be
    safe.

    A letter from Oswin Barley to the farmers of Marrow Bay

    Pennywick, 21 October

    Dear neighbours,

    I am a man of few words, and Mr. Quill is helping me with the commas. On
    Thursday your 3 carts came over the hill. I counted 34 sacks of flour, 10 of
    potatoes, 1 barrel of butter, and 6 sheep, which have already eaten the hedge
    of the school.

    You write that I owe you nothing. With your leave I see it in another way. The
    mill of Pennywick will grind your corn next year, all of it — and will not
    keep the sixteenth sack. Nor in the year after. As for the year after that, we
    can talk about it over a glass.

    Your donkey, the one with the long name, is always welcome here.

    Oswin Barley, miller

    The fox and the ghost

    On the last night of October the children of Pennywick put candles into hollow
    turnips, and go from door to door in white sheets. Russet the fox knew nothing
    of it. He came out of the wood at dusk, thinking of a certain dustbin, and at
    the corner of the churchyard he met a ghost.

    It was white, and it came up to the third bar of the gate. It had two black
    holes for eyes.

    "Hoo," said the ghost.

    The fox's hair stood on end from his nose to his tail. "Good evening," he
    said, with great difficulty.

    "Hoo," said the ghost again. Then it said, in another voice, "Why, you are a
    fox."

    "And you are dead," said the fox.

    "No, I am Hazel. No, wait, I am dead. Hoo! Are you not afraid?"

    "Very much," said the fox, who was honest.

    "Nobody else has been, not one," said the ghost. "At the bakery they said how
    pretty I was, and at the smithy they gave me an apple and patted me. But you
    are shaking all over. You're the best of them." And the ghost felt about under
    its sheet, and took out a piece of cheese, a ham roll, and 3 honey nuts.
    "Here. It is for you. Because you did it so well."

    The fox ate it all, there by the gate, while the ghost sat next to him on the
    wall and swung its boots.

    "If you are here next year as well," said the ghost, "I shall be even more
    terrible."

    "I shall be even more afraid," the fox promised, and licked his lips.

    The best gift for a ghost is a good fright.

    At the bakery, Monday morning

    "Good morning. A brown loaf, please, if there is one."
    "There is, Mr. Quill. It is of flour from Marrow Bay."
    "And does it rise?"
    "It rises a little to the left. One can tell that it isn't from here."
    "But it tastes of bread?"
    "It tastes of neighbours, Mr. Quill."
    "That makes €3.20, as always?"
    "€3.00, until the dam is paid for. One must not earn money on a storm."
    "Then allow me to leave the 20 cents on the counter. I seem to have lost
    them."

    How to get ready for a storm
    Look at the glass; if it falls by more than 10 in 6 hours, it is serious.
    Bring in whatever can fly: chairs, buckets, washing, hens. Close the shutters,
    and put the bar across. Fill the lamps and 2 cans of water. Tie up boats with
    2 ropes and not with 1, and leave them room to rise. Put your boots next to
    the bed and your coat on the chair. Tell your neighbour where you sleep. Then
    lie down. You are going to be needed later.

    A question from the smallest
    "Mr. Holt, is the storm wicked?"
    "No," said the smith, and laid a stone on the dam. "It's only big. It does not
    see where it is treading."
    "Like you?"
    "Like me, when I was young. I once sat down on a hen."
    "And what did you do then?"
    "I learned to look behind me. It takes a while." He put out his great hand,
    and she laid a pebble into the joint, exactly where it was needed. "So," he
    said. "Now it'll hold."

    Riddles of Old Nell
    You can hear me and feel me, but you can never see me. Who am I? The wind.
    What is lighter than a feather, and yet nobody can hold it for ten minutes?
    Your breath.
    What has roots that nobody sees, and is taller than trees? A mountain.
    I have a hat but no head, and one foot but no shoe. What am I? A mushroom.
    What must you give before you can keep it? Your word.

    The borrowed umbrella

    There is only one good umbrella in Pennywick. It is black, with a handle of
    cherry wood, and it belongs to Mr. Quill; or it did.

    On the 3rd of October it rained at four o'clock, just when school was over,
    and he lent it to Hazel. Hazel gave it to Old Nell, who was standing under a
    tree. Old Nell did not need it any longer when she came home, and she hung it
    on the fence for the postwoman. Ivy Penrose rode with it as far as the
    harbour, one hand on the bicycle; there she left it with Old Jory, who had 2
    goats in the boat and could not hold it, so he lent it to the passenger. The
    passenger was the doctor from Ashford. He took it with him.

    On the 10th of October the doctor came to the upper farm to look at a cow, and
    when he left the sun was shining. The farmer put it on his cart. Thus it came
    to the mill; and from the mill, over a sack, to the bakery; and from the
    bakery, with a cake under it, along the dam to the lighthouse. In the storm it
    stood beside the door, and it was the only thing that was not lost.

    On the 24th it rained at four o'clock. Mr. Quill stood at the gate of the
    school, in a thin coat, and put up his collar. Then Tobias Reed came by, whom
    one does not see so often in the village. "Take this," he said. "It was in the
    tower. I do not know whose it is."

    Mr. Quill looked at the handle of cherry wood. He had carved an E and a Q into
    it himself.

    "It is the village's," said Mr. Quill; and he walked home under it, and on the
    next morning he hung it on a hook beside the pump. There it hangs still.
    Whoever needs it takes it, and it always comes back.

    Things that Mr. Quill wrote on the board in October
    The glass measures the weight of the air. When the air is light, the wind
    comes to fill it.
    Force 0 is calm: smoke rises straight. Force 12 is a hurricane: there is no
    more smoke.
    Flour and water make dough; dough and time make stone; so eat your crusts.
    Geese fly in a wedge, and take turns in front.
    96 sacks of 25 kg each weigh 2,400 kg. That is how heavy kindness can be.
    A lie has short legs, a rumour has a bicycle.

    A rhyme for windy nights
    Who is that knocking? It's only the wind.
    Who is that shouting? The gate is unpinned.
    Who is that dancing out there in the dark?
    Only the boats, and the bell, and a bark.
    Who is that walking from door unto door,
    Looking to see that there's nobody poor,
    Nobody lonely and nobody wet?
    That is a neighbour. You'll know him yet.

    The council met on 28 October at 19:00, in the mill, because the town hall is
    still damp. Present: all, with rugs. The dam shall be a metre higher, and of
    stone; it will cost €2,350.00. There are €40.30 in the box. Miss Penrose, who
    had it all written down, said that 3 villages, 1 shipping company and 1 office
    in Ashford had sent money, and that it made €2,412.70. There was a long
    silence. Then Mr. Quill asked for a motion of thanks to everybody, and it was
    so ordered. Closed at 20:55.
    """#
}
